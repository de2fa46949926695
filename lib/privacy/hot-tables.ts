import type { RecordedTable } from "./recorded-table.ts";

/** What whole hours and days sum to per key. */
const summedKeys = {
  identify: "start account_id key_id",
  bill: "cost prompt_tokens completion_tokens images videos audios",
  operate: "model requests errors failures latency_histogram first_token_histogram",
};
const summedModels = {
  operate: `start model group_id channel_id status_class requests prompt_tokens completion_tokens images videos audios
    cost upstream_cost latency_histogram first_token_histogram`,
};

/** What the gateway writes for every call, and the books. */
export const hotTables: readonly RecordedTable[] = [
  {
    table: "hot.request_log",
    isPersonal: true,
    retention: "logs",
    purposes: {
      identify: "request_id created_at inserted_at account_id key_id key_prefix group_id parent_id",
      bill: `prompt_tokens completion_tokens cache_read_tokens cache_write_tokens5m cache_write_tokens1h
        image_input_tokens image_output_tokens audio_input_tokens audio_output_tokens reasoning_tokens images image_kind seconds
        characters usage_source cost hold price_version_id model_multiplier completion_multiplier group_multiplier
        ledger_transaction_id upstream_cost`,
      protect: "ip user_agent repeats",
      operate: `node_id protocol endpoint model upstream_model channel_id attempts passed_over stream status error_code latency_ms
        first_token_ms gateway_us`,
    },
  },
  {
    table: "hot.rollup_day_ip",
    isPersonal: true,
    retention: "addresses",
    purposes: {
      identify: "day key_id account_id",
      protect: "ip user_agent first_seen last_seen requests errors",
      bill: "cost prompt_tokens completion_tokens",
    },
  },
  {
    table: "hot.rollup_minute_key",
    isPersonal: true,
    retention: "rollups",
    purposes: {
      identify: "minute account_id key_id",
      bill: "cost prompt_tokens completion_tokens images videos audios",
      operate: "model requests errors failures",
    },
  },
  {
    table: "hot.rollup_hour_key",
    isPersonal: true,
    retention: "rollups",
    purposes: summedKeys,
  },
  {
    table: "hot.rollup_day_key",
    isPersonal: true,
    retention: "for-ever",
    purposes: summedKeys,
  },
  {
    table: "hot.rollup_minute_model",
    isPersonal: false,
    retention: "rollups",
    purposes: {
      operate: `minute model group_id channel_id status_class requests prompt_tokens completion_tokens images videos
        audios cost upstream_cost latency_histogram first_token_histogram`,
    },
  },
  {
    table: "hot.concurrency_minute",
    isPersonal: true,
    retention: "rollups",
    purposes: { identify: "minute account_id key_id", operate: "model node_id own shared" },
  },
  { table: "hot.rollup_hour_model", isPersonal: false, retention: "rollups", purposes: summedModels },
  { table: "hot.rollup_day_model", isPersonal: false, retention: "for-ever", purposes: summedModels },
  {
    table: "hot.rollup_day_usage",
    isPersonal: true,
    retention: "for-ever",
    purposes: {
      identify: "day account_id",
      bill: "group_id model context_step requests tokens images seconds characters cost",
    },
  },
  {
    table: "hot.rollup_slot_usage",
    isPersonal: true,
    retention: "rollups",
    purposes: {
      identify: "day account_id",
      bill: "group_id model context_step slot image_kind requests tokens images seconds characters cost",
    },
  },
  {
    table: "hot.rollup_line",
    isPersonal: true,
    retention: "rollups",
    purposes: {
      identify: "span dimension start id",
      bill: "cost tokens images videos audios",
      operate: "at requests errors",
    },
  },
  {
    table: "hot.rollup_span",
    isPersonal: false,
    retention: "for-ever",
    purposes: { operate: "span start stale" },
  },
  {
    table: "hot.ledger_transaction",
    isPersonal: true,
    retention: "for-ever",
    purposes: { identify: "id created_at account_id actor", bill: "kind minute requests reference note" },
  },
  {
    table: "hot.ledger_entry",
    isPersonal: true,
    retention: "for-ever",
    purposes: { identify: "transaction_id line account_id", bill: "ledger_account amount" },
  },
  {
    table: "hot.hold",
    isPersonal: true,
    retention: "short",
    purposes: {
      identify: "request_id account_id key_id created_at",
      bill: "period_start amount log",
      operate: "node_id",
    },
  },
  {
    table: "hot.task",
    isPersonal: true,
    retention: "month",
    purposes: {
      identify: "id created_at account_id key_id",
      bill: "model images seconds image_kind settlement_id",
      operate: "kind state channel_id credential_id upstream_id look_at ended_at",
    },
  },
  {
    table: "hot.task_key",
    isPersonal: true,
    retention: "day",
    purposes: { identify: "account_id request_id task_id", operate: "key_hash body_hash claimed_at" },
  },
  {
    table: "hot.key_budget",
    isPersonal: false,
    retention: "until-deleted",
    purposes: { bill: "key_id period_start spent held leased" },
  },
  {
    table: "hot.key_lease",
    isPersonal: false,
    retention: "short",
    purposes: { bill: "node_id key_id period_start account_id amount spent version" },
  },
  {
    table: "hot.lease",
    isPersonal: false,
    retention: "short",
    purposes: { bill: "node_id account_id amount spent version updated_at" },
  },
  {
    table: "hot.account_funds",
    isPersonal: true,
    retention: "for-ever",
    purposes: { identify: "account_id", bill: "balance held leased credit_line money_in" },
  },
  {
    table: "hot.limit_counter",
    isPersonal: false,
    retention: "short",
    purposes: { operate: "counter" },
  },
  {
    table: "hot.limit_taken",
    isPersonal: false,
    retention: "short",
    purposes: { operate: "counter cell at_ms ends_ms amount" },
  },
  {
    table: "hot.limit_refusal",
    isPersonal: false,
    retention: "short",
    purposes: { operate: "hour account_id scope scope_id model metric shadow count" },
  },
  {
    table: "hot.node_hold",
    isPersonal: false,
    retention: "short",
    purposes: { bill: "node_id account_id held" },
  },
  {
    table: "hot.spool_dead",
    isPersonal: true,
    retention: "until-deleted",
    purposes: { bill: "row", operate: "id node_id seq error_class at retried_at" },
  },
  {
    table: "hot.alert",
    isPersonal: false,
    retention: "until-deleted",
    purposes: { operate: "id kind subject data first_seen last_seen resolved_at count" },
  },
  {
    table: "hot.lease_node",
    isPersonal: false,
    retention: "short",
    purposes: { operate: "node_id epoch seen_at" },
  },
  {
    table: "hot.sighting",
    isPersonal: true,
    retention: "short",
    purposes: { identify: "id key_id", protect: "network seen" },
  },
  {
    table: "hot.key_pattern",
    isPersonal: true,
    retention: "addresses",
    purposes: { identify: "key_id", protect: "last_at pattern" },
  },
  {
    table: "hot.detection_lease",
    isPersonal: false,
    retention: "short",
    purposes: { operate: "one node_id until" },
  },
  {
    table: "hot.node_report",
    isPersonal: false,
    retention: "short",
    purposes: {
      operate: `node_id seen_at started_at stopped_at version host engine spool_rows spool_bytes spool_lag_ms
        clock_offset_ms parts`,
    },
  },
  {
    table: "hot.node_spool",
    isPersonal: false,
    retention: "short",
    purposes: { operate: "node_id spool_id last_seq updated_at" },
  },
  {
    table: "hot.day_seal",
    isPersonal: false,
    retention: "for-ever",
    purposes: { prove: "number since through lines rows amount sealed_at previous hash" },
  },
  {
    table: "hot.day_proof",
    isPersonal: true,
    retention: "for-ever",
    purposes: { identify: "seal day account_id", prove: "rows cost requests amount transactions" },
  },
  {
    table: "hot.dropped_day",
    isPersonal: false,
    retention: "for-ever",
    purposes: { prove: "day through seal rows cost dropped_at" },
  },
  {
    table: "hot.ledger_proof",
    isPersonal: false,
    retention: "for-ever",
    purposes: { prove: "id at actor ok result duration_ms" },
  },
  {
    table: "hot.channel_health",
    isPersonal: false,
    retention: "until-deleted",
    purposes: {
      operate: `channel_id subject state reason error_class trips since next_probe_at changed_at written_at
        node_id`,
    },
  },
  {
    table: "hot.channel_cooling",
    isPersonal: false,
    retention: "short",
    purposes: { operate: "channel_id credential_id model since until in_row changed_at written_at" },
  },
  {
    table: "hot.channel_node",
    isPersonal: false,
    retention: "short",
    purposes: { operate: "node_id in_flight seen_at" },
  },
  {
    table: "hot.channel_minute",
    isPersonal: false,
    retention: "rollups",
    purposes: { operate: "minute channel_id model attempts failures first_token_histogram" },
  },
];
