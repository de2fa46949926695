import type { RecordedTable } from "./recorded-table.ts";

/** What is kept of payments, rewards and credit. */
export const moneyTables: readonly RecordedTable[] = [
  {
    table: "public.recharge",
    isPersonal: true,
    retention: "for-ever",
    purposes: {
      identify: "id account_id created_by created_at",
      bill: `method order_no amount currency rate rate_date credit_nano_usd bonus_nano_usd refunded_nano_usd
        refunded_amount tier_id tier_name status reason note ledger_transaction_id provider_ref paid_at credited_at
        expires_at`,
      operate: "pay_url base",
    },
  },
  {
    table: "public.recharge_event",
    isPersonal: true,
    retention: "for-ever",
    purposes: { identify: "id recharge_id", prove: "at kind status by detail" },
  },
  {
    table: "public.recharge_refund",
    isPersonal: true,
    retention: "for-ever",
    purposes: {
      identify: "id recharge_id created_by created_at",
      bill: "kind amount nano_usd bonus_nano_usd reason provider_ref provider_state reversed_at",
      protect: "froze",
    },
  },
  {
    table: "public.recharge_claim",
    isPersonal: true,
    retention: "for-ever",
    purposes: {
      identify: "id account_id asked_by asked_by_id created_at",
      prove: "recharge_id order_no amount currency note file file_type",
      operate: "state answer decided_by decided_at",
    },
  },
  {
    table: "public.redemption_code",
    isPersonal: true,
    retention: "for-ever",
    purposes: { identify: "id batch_id recharge_id", protect: "hash last4", bill: "redeemed_at" },
  },
  {
    table: "public.code_batch",
    isPersonal: false,
    retention: "for-ever",
    purposes: { operate: "id amount currency count note expires_at revoked_at created_by created_at" },
  },
  {
    table: "public.payment_event",
    isPersonal: true,
    retention: "for-ever",
    purposes: { prove: "method event_id kind outcome recharge_id at" },
  },
  {
    table: "public.payment_method",
    isPersonal: false,
    retention: "until-deleted",
    purposes: {
      operate: `id kind name name_zh enabled api_base pay_url instructions currencies least most created_at
        updated_at`,
      protect: "secret api_key",
    },
  },
  {
    table: "public.exchange_rate",
    isPersonal: false,
    retention: "for-ever",
    purposes: { bill: "currency date usd_per_unit source created_at" },
  },
  {
    table: "public.discount_tier",
    isPersonal: false,
    retention: "for-ever",
    purposes: {
      bill: `id name name_zh kind currency threshold days reward percent duration policy bonus_days is_active created_at
        updated_at`,
    },
  },
  {
    table: "public.tier_grant",
    isPersonal: true,
    retention: "for-ever",
    purposes: {
      identify: "id account_id created_at",
      bill: `tier_id state percent figures end_figures recharge_id decided_by decided_at ended_by ended_at reason`,
    },
  },
  {
    table: "public.bonus_lot",
    isPersonal: true,
    retention: "for-ever",
    purposes: {
      identify: "id account_id created_by created_at",
      bill: `source recharge_id tier_id amount_nano_usd left_nano_usd taken_nano_usd expired_nano_usd
        refunded_nano_usd expires_at note`,
    },
  },
  {
    table: "public.balance_notice",
    isPersonal: true,
    retention: "until-deleted",
    purposes: { operate: "account_id kind sent_at" },
  },
  {
    table: "public.statement",
    isPersonal: true,
    retention: "for-ever",
    purposes: {
      identify: "id account_id created_at",
      bill: "month time_zone starts_at ends_at opening_nano_usd late_nano_usd closing_nano_usd lines",
    },
  },
  {
    table: "public.bonus_state",
    isPersonal: true,
    retention: "for-ever",
    purposes: { bill: "account_id usage_nano_usd" },
  },
];
