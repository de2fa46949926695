import type { RecordedTable } from "./recorded-table.ts";

/** What the console reads and writes. */
export const consoleTables: readonly RecordedTable[] = [
  {
    table: "public.account",
    isPersonal: true,
    retention: "until-deleted",
    purposes: {
      identify: "id name email created_at updated_at",
      bill: "group_id time_zone incident_threshold low_balance_nano_usd low_balance_days mails_statements",
      protect: "status",
      operate: "revision",
    },
  },
  {
    table: "public.api_key",
    isPersonal: true,
    retention: "until-deleted",
    purposes: {
      identify: "id account_id name prefix last4 created_by created_at updated_at",
      protect: "hash status expires_at models allowed_cidrs denied_cidrs cut_at deleted_at",
      bill: "group_id budget_nano_usd budget_period",
      operate: "revision",
    },
  },
  {
    table: "public.retired_secret",
    isPersonal: true,
    retention: "until-deleted",
    purposes: {
      identify: "id key_id prefix last4",
      protect: "hash retired_at valid_until",
      operate: "revision",
    },
  },
  {
    table: "public.app_user",
    isPersonal: true,
    retention: "until-deleted",
    purposes: {
      identify: "id email name locale created_at updated_at",
      protect: `password_hash role status session_version last_sign_in_at totp_secret totp_enabled_at
        totp_last_step`,
      operate: "announcements_seen_at",
    },
  },
  {
    table: "public.membership",
    isPersonal: true,
    retention: "until-deleted",
    purposes: { identify: "user_id account_id created_at", protect: "role" },
  },
  {
    table: "public.invitation",
    isPersonal: true,
    retention: "until-deleted",
    purposes: {
      identify: "id email account_id locale invited_by created_at",
      protect: "role member_role expires_at accepted_at revoked_at",
    },
  },
  {
    table: "public.one_time_token",
    isPersonal: true,
    retention: "day",
    purposes: { identify: "user_id subject created_at", protect: "hash purpose expires_at used_at" },
  },
  {
    table: "public.recovery_code",
    isPersonal: true,
    retention: "until-deleted",
    purposes: { identify: "user_id", protect: "hash" },
  },
  {
    table: "public.sign_in_failure",
    isPersonal: true,
    retention: "short",
    purposes: { protect: "subject failures window_start" },
  },
  {
    table: "public.sign_in_provider",
    isPersonal: false,
    retention: "until-deleted",
    purposes: { operate: "id name issuer client_id client_secret is_enabled updated_at" },
  },
  {
    table: "public.identity",
    isPersonal: true,
    retention: "until-deleted",
    purposes: { identify: "id user_id provider issuer subject email created_at", protect: "last_used_at" },
  },
  {
    table: "public.known_sign_in",
    isPersonal: true,
    retention: "half-year",
    purposes: { identify: "user_id", protect: "network browser first_at last_at" },
  },
  {
    table: "public.saved_view",
    isPersonal: true,
    retention: "until-deleted",
    purposes: { identify: "id user_id created_at", operate: "list name query hidden_columns" },
  },
  {
    table: "public.audit_entry",
    isPersonal: true,
    retention: "for-ever",
    purposes: {
      identify: "id at actor_type actor_id actor_name",
      prove: "action target_type target_id before after",
      protect: "ip",
    },
  },
  {
    table: "public.mail",
    isPersonal: true,
    retention: "until-deleted",
    purposes: {
      identify: "id to locale created_at sent_at body_name",
      operate: `subject text html template state tries next_try_at claimed_by lease_until data_at message_id body_id
        last_error unsubscribe_url attachment`,
      protect: "secret",
    },
  },
  {
    table: "public.mail_body",
    isPersonal: false,
    retention: "until-deleted",
    purposes: { operate: "id text html created_at" },
  },
  {
    table: "public.announcement",
    isPersonal: false,
    retention: "for-ever",
    purposes: {
      operate: `id kind state version_id title text title_zh text_zh is_edited changes vendors models concerns_all
        effective_at published_at withdrawn_at queued_at base created_by created_at updated_at`,
    },
  },
  {
    table: "public.subscriber",
    isPersonal: true,
    retention: "until-deleted",
    purposes: {
      identify: "id email name user_id locale created_at updated_at",
      operate: "state follows_all vendors models digest wishes ended_at reason",
      prove: "consent asked_at confirmed_at",
      protect: "link_key",
    },
  },
  {
    table: "public.announcement_delivery",
    isPersonal: true,
    retention: "until-deleted",
    purposes: { operate: "announcement_id subscriber_id mail_id created_at" },
  },
  {
    table: "public.own_prices_due",
    isPersonal: true,
    retention: "short",
    purposes: { operate: "version_id account_id changes effective_at base created_at" },
  },
  {
    table: "public.limit_server",
    isPersonal: false,
    retention: "until-deleted",
    purposes: { operate: "id url updated_at" },
  },
  {
    table: "public.mail_server",
    isPersonal: false,
    retention: "until-deleted",
    purposes: { operate: "id host port security username password sender per_minute updated_at" },
  },
  {
    table: "public.management_token",
    isPersonal: true,
    retention: "until-deleted",
    purposes: {
      identify: "id name prefix created_by created_at",
      protect: "hash role expires_at last_used_at revoked_at",
    },
  },
  {
    table: "public.idempotent_answer",
    isPersonal: true,
    retention: "day",
    purposes: { identify: "actor", operate: "path key body_hash status answer created_at" },
  },
  {
    table: "public.account_group",
    isPersonal: false,
    retention: "until-deleted",
    purposes: { bill: "id name description access granted_models revision created_at updated_at" },
  },
  {
    table: "public.line_grant",
    isPersonal: true,
    retention: "until-deleted",
    purposes: {
      identify: "account_id created_by",
      operate: "group_id models expires_at model_ends told_until note revoked_at revision updated_at",
    },
  },
  {
    table: "public.channel",
    isPersonal: false,
    retention: "until-deleted",
    purposes: {
      operate: `id name provider base_url credential groups priority weight timeouts inject_usage status deleted_at
        last_test_at last_test_ok last_test_detail revision created_at updated_at more_credentials accounts caps
        cost_multiplier`,
    },
  },
  {
    table: "public.channel_model",
    isPersonal: false,
    retention: "until-deleted",
    purposes: { operate: "channel_id model upstream_model context_window" },
  },
  {
    table: "public.model",
    isPersonal: false,
    retention: "until-deleted",
    purposes: {
      bill: `id vendor display_name kind context_window max_output_tokens reasoning sync_policy stated_reason official
        official_source official_source_date example revision created_at updated_at`,
    },
  },
  {
    table: "public.official_sync",
    isPersonal: false,
    retention: "for-ever",
    purposes: { bill: "id at source source_date started_by version_id report" },
  },
  {
    table: "public.price_version",
    isPersonal: false,
    retention: "for-ever",
    purposes: { bill: "id number state note effective_at published_at created_by revision created_at" },
  },
  {
    table: "public.price_entry",
    isPersonal: false,
    retention: "for-ever",
    purposes: { bill: "id version_id kind model_id group_id account_id components multiplier reason" },
  },
  {
    table: "public.setting",
    isPersonal: false,
    retention: "until-deleted",
    purposes: { operate: "key value revision updated_at" },
  },
  {
    table: "public.config_revision",
    isPersonal: false,
    retention: "until-deleted",
    purposes: { operate: "id revision" },
  },
  {
    table: "public.call_limit",
    isPersonal: false,
    retention: "until-deleted",
    purposes: {
      operate: `id scope scope_id model metric value shadow granted granted_until note revision created_at
        updated_at`,
    },
  },
  {
    table: "public.limit_request",
    isPersonal: true,
    retention: "until-deleted",
    purposes: {
      identify: "id account_id asked_by asked_by_id reason created_at",
      operate: `kind model group_id metric wanted wanted_until stood peak state decided_by decided_at answer granted
        granted_until grant_id reminded_at`,
    },
  },
  {
    table: "public.limit_notice",
    isPersonal: true,
    retention: "until-deleted",
    purposes: { operate: "account_id model metric sent_at" },
  },
  {
    table: "public.incident",
    isPersonal: true,
    retention: "until-deleted",
    purposes: {
      identify: "id key_id account_id opened_at",
      protect: "cause state score signals networks evidence requests source since last_seen_at closed_at",
      bill: "spent_nano_usd refunded_nano_usd",
    },
  },
  {
    table: "public.incident_event",
    isPersonal: true,
    retention: "until-deleted",
    purposes: {
      identify: "id incident_id at actor_type actor_name",
      protect: "kind detail undo undone_at",
    },
  },
  {
    table: "public.trusted_network",
    isPersonal: true,
    retention: "until-deleted",
    purposes: { identify: "key_id created_by created_at", protect: "cidr reason" },
  },
  {
    table: "public.incident_policy",
    isPersonal: false,
    retention: "until-deleted",
    purposes: { protect: "scope scope_id mode at_score cap_times cut_streams updated_by updated_at" },
  },
  {
    table: "public.job_run",
    isPersonal: false,
    retention: "until-deleted",
    purposes: { operate: "id job started_by state created_at started_at alive_at finished_at result error" },
  },
];
