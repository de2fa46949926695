-- Orders get a life of their own: they wait, are looked at, credited, rejected, refunded and expire; each with its story.
-- The release before this one reads and writes what it knew: all new columns have defaults, and an order without a rate
-- has the rate "0".
-- AlterTable
ALTER TABLE "mail" ADD COLUMN     "attachment" TEXT;

-- AlterTable
ALTER TABLE "recharge" ADD COLUMN     "base" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "expires_at" TIMESTAMPTZ(3),
ADD COLUMN     "paid_at" TIMESTAMPTZ(3),
ADD COLUMN     "pay_url" TEXT,
ADD COLUMN     "provider_ref" TEXT,
ADD COLUMN     "reason" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "refunded_amount" DECIMAL(24,9) NOT NULL DEFAULT 0,
ADD COLUMN     "refunded_nano_usd" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "tier_id" UUID,
ADD COLUMN     "tier_name" TEXT;

-- CreateTable
CREATE TABLE "recharge_event" (
    "id" UUID NOT NULL,
    "recharge_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "by" TEXT NOT NULL DEFAULT '',
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "recharge_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recharge_refund" (
    "id" UUID NOT NULL,
    "recharge_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "amount" DECIMAL(24,9) NOT NULL,
    "nano_usd" BIGINT NOT NULL,
    "bonus_nano_usd" BIGINT NOT NULL DEFAULT 0,
    "reason" TEXT NOT NULL DEFAULT '',
    "provider_ref" TEXT,
    "provider_state" TEXT NOT NULL DEFAULT 'none',
    "froze" BOOLEAN NOT NULL DEFAULT false,
    "created_by" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "reversed_at" TIMESTAMPTZ(3),

    CONSTRAINT "recharge_refund_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment_method" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_zh" TEXT NOT NULL DEFAULT '',
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "secret" BYTEA NOT NULL,
    "api_key" BYTEA,
    "api_base" TEXT,
    "pay_url" TEXT NOT NULL DEFAULT '',
    "instructions" TEXT NOT NULL DEFAULT '',
    "currencies" TEXT[],
    "least" DECIMAL(24,9) NOT NULL DEFAULT 0,
    "most" DECIMAL(24,9),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "payment_method_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment_event" (
    "method" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "recharge_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payment_event_pkey" PRIMARY KEY ("method","event_id")
);

-- CreateTable
CREATE TABLE "code_batch" (
    "id" UUID NOT NULL,
    "amount" DECIMAL(24,9) NOT NULL,
    "currency" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "created_by" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "code_batch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "redemption_code" (
    "id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "last4" TEXT NOT NULL,
    "recharge_id" UUID,
    "redeemed_at" TIMESTAMPTZ(3),

    CONSTRAINT "redemption_code_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recharge_claim" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "recharge_id" UUID,
    "order_no" TEXT NOT NULL,
    "amount" DECIMAL(24,9),
    "currency" TEXT,
    "note" TEXT NOT NULL DEFAULT '',
    "file" BYTEA,
    "file_type" TEXT,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "answer" TEXT NOT NULL DEFAULT '',
    "asked_by" TEXT NOT NULL,
    "asked_by_id" UUID,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "recharge_claim_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "recharge_event_recharge_id_id_idx" ON "recharge_event"("recharge_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "recharge_refund_provider_ref_key" ON "recharge_refund"("provider_ref");

-- CreateIndex
CREATE INDEX "recharge_refund_recharge_id_idx" ON "recharge_refund"("recharge_id");

-- CreateIndex
CREATE INDEX "recharge_refund_provider_state_idx" ON "recharge_refund"("provider_state");

-- CreateIndex
CREATE INDEX "payment_event_at_idx" ON "payment_event"("at");

-- CreateIndex
CREATE UNIQUE INDEX "redemption_code_hash_key" ON "redemption_code"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "redemption_code_recharge_id_key" ON "redemption_code"("recharge_id");

-- CreateIndex
CREATE INDEX "redemption_code_batch_id_id_idx" ON "redemption_code"("batch_id", "id");

-- CreateIndex
CREATE INDEX "recharge_claim_state_id_idx" ON "recharge_claim"("state", "id");

-- CreateIndex
CREATE INDEX "recharge_claim_account_id_id_idx" ON "recharge_claim"("account_id", "id");

-- CreateIndex
CREATE INDEX "recharge_status_created_at_idx" ON "recharge"("status", "created_at");

-- CreateIndex
CREATE INDEX "recharge_provider_ref_idx" ON "recharge"("provider_ref");

-- AddForeignKey
ALTER TABLE "recharge_event" ADD CONSTRAINT "recharge_event_recharge_id_fkey" FOREIGN KEY ("recharge_id") REFERENCES "recharge"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recharge_refund" ADD CONSTRAINT "recharge_refund_recharge_id_fkey" FOREIGN KEY ("recharge_id") REFERENCES "recharge"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "redemption_code" ADD CONSTRAINT "redemption_code_batch_id_fkey" FOREIGN KEY ("batch_id") REFERENCES "code_batch"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recharge_claim" ADD CONSTRAINT "recharge_claim_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "recharge" ADD CONSTRAINT "recharge_status"
  CHECK ("status" IN ('pending', 'credited', 'review', 'rejected', 'refunded', 'expired'));
ALTER TABLE "recharge" ADD CONSTRAINT "recharge_refunded"
  CHECK ("refunded_nano_usd" BETWEEN 0 AND "credit_nano_usd" AND "refunded_amount" BETWEEN 0 AND "amount");
ALTER TABLE "recharge" ADD CONSTRAINT "recharge_credited" CHECK ("status" <> 'credited' OR "credit_nano_usd" > 0);
-- Providers write order numbers in one case, people in any: "abc-1" is "ABC-1".
CREATE UNIQUE INDEX "recharge_method_order_no_any_case" ON "recharge" ("method", lower("order_no"));
ALTER TABLE "recharge_refund" ADD CONSTRAINT "recharge_refund_kind" CHECK ("kind" IN ('refund', 'chargeback'));
ALTER TABLE "payment_method" ADD CONSTRAINT "payment_method_kind" CHECK ("kind" IN ('stripe', 'webhook'));
ALTER TABLE "recharge_claim" ADD CONSTRAINT "recharge_claim_state" CHECK ("state" IN ('waiting', 'credited', 'rejected'));

-- What was credited before has a story of one sentence.
INSERT INTO "recharge_event" ("id", "recharge_id", "at", "kind", "status", "by")
SELECT gen_random_uuid(), "id", coalesce("credited_at", "created_at"), 'credited', 'credited', '' FROM "recharge";
