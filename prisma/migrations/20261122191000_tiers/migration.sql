-- Discount tiers: from what threshold on who gets which reward.
CREATE TABLE "discount_tier" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "name_zh" TEXT NOT NULL DEFAULT '',
    "kind" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "threshold" DECIMAL(24,9) NOT NULL,
    "days" INTEGER,
    "reward" TEXT NOT NULL,
    "percent" TEXT NOT NULL,
    "duration" TEXT NOT NULL,
    "policy" TEXT NOT NULL,
    "bonus_days" INTEGER,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "discount_tier_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "discount_tier" ADD CONSTRAINT "discount_tier_kind" CHECK ("kind" IN ('cumulative', 'single', 'daily'));
ALTER TABLE "discount_tier" ADD CONSTRAINT "discount_tier_days" CHECK (("kind" = 'daily') = ("days" IS NOT NULL));
ALTER TABLE "discount_tier" ADD CONSTRAINT "discount_tier_reward" CHECK ("reward" IN ('recharge_bonus', 'consumption_discount'));
ALTER TABLE "discount_tier" ADD CONSTRAINT "discount_tier_duration" CHECK ("duration" IN ('permanent', 'while_held'));
ALTER TABLE "discount_tier" ADD CONSTRAINT "discount_tier_policy" CHECK ("policy" IN ('automatic', 'offered'));

-- Every tier that an account was offered, holds or has lost, with the figures that explain it.
CREATE TABLE "tier_grant" (
    "id" UUID NOT NULL,
    "tier_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "percent" TEXT NOT NULL,
    "figures" JSONB NOT NULL,
    "end_figures" JSONB,
    "recharge_id" UUID,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "ended_by" TEXT,
    "ended_at" TIMESTAMPTZ(3),
    "reason" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tier_grant_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "tier_grant" ADD CONSTRAINT "tier_grant_state" CHECK ("state" IN ('offered', 'granted', 'declined', 'ended'));
-- An account is offered a tier, or holds it, once.
CREATE UNIQUE INDEX "tier_grant_open" ON "tier_grant"("account_id", "tier_id") WHERE "state" IN ('offered', 'granted');

-- CreateIndex
CREATE INDEX "tier_grant_state_id_idx" ON "tier_grant"("state", "id");

-- CreateIndex
CREATE INDEX "tier_grant_account_id_id_idx" ON "tier_grant"("account_id", "id");

-- AddForeignKey
ALTER TABLE "tier_grant" ADD CONSTRAINT "tier_grant_tier_id_fkey" FOREIGN KEY ("tier_id") REFERENCES "discount_tier"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tier_grant" ADD CONSTRAINT "tier_grant_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Bonus credit: how much of a balance was given, lot by lot. `left` is brought up to date when lots are touched: what
-- was spent since `bonus_state.usage` comes out of them first (docs/decisions/0009-bonus-lots.md).
CREATE TABLE "bonus_lot" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "recharge_id" UUID,
    "tier_id" UUID,
    "amount_nano_usd" BIGINT NOT NULL,
    "left_nano_usd" BIGINT NOT NULL,
    "taken_nano_usd" BIGINT NOT NULL DEFAULT 0,
    "expired_nano_usd" BIGINT NOT NULL DEFAULT 0,
    "refunded_nano_usd" BIGINT NOT NULL DEFAULT 0,
    "expires_at" TIMESTAMPTZ(3),
    "note" TEXT NOT NULL DEFAULT '',
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "bonus_lot_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "bonus_lot" ADD CONSTRAINT "bonus_lot_source" CHECK ("source" IN ('recharge', 'gift'));
ALTER TABLE "bonus_lot" ADD CONSTRAINT "bonus_lot_left" CHECK ("left_nano_usd" BETWEEN 0 AND "amount_nano_usd");

-- CreateIndex
CREATE UNIQUE INDEX "bonus_lot_recharge_id_key" ON "bonus_lot"("recharge_id");

-- CreateIndex
CREATE INDEX "bonus_lot_account_id_created_at_idx" ON "bonus_lot"("account_id", "created_at");
CREATE INDEX "bonus_lot_open" ON "bonus_lot"("account_id") WHERE "left_nano_usd" > 0;
CREATE INDEX "bonus_lot_expiring" ON "bonus_lot"("expires_at") WHERE "left_nano_usd" > 0;

-- AddForeignKey
ALTER TABLE "bonus_lot" ADD CONSTRAINT "bonus_lot_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Up to what total spend (nano-USD) an account's lots are brought up to date.
CREATE TABLE "bonus_state" (
    "account_id" UUID NOT NULL,
    "usage_nano_usd" BIGINT NOT NULL,

    CONSTRAINT "bonus_state_pkey" PRIMARY KEY ("account_id")
);

-- Total spend is what came in less what is there: money that came in or went out otherwise is found by this.
CREATE INDEX ledger_transaction_money ON hot.ledger_transaction (account_id) WHERE kind <> 'usage';
CREATE FUNCTION hot.money_in(p_account uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(e.amount), 0)::bigint FROM hot.ledger_transaction t
  JOIN hot.ledger_entry e ON e.transaction_id = t.id AND e.account_id = t.account_id
  WHERE t.account_id = p_account AND t.kind <> 'usage'
$$;

-- What every installation starts with; operators change it, or switch it off.
INSERT INTO "discount_tier" ("id", "name", "name_zh", "kind", "currency", "threshold", "days", "reward", "percent", "duration", "policy", "updated_at") VALUES
  ('00000000-0000-7000-8000-000000000011', '3,000 yuan', '累计 3,000 元', 'cumulative', 'CNY', 3000, NULL, 'recharge_bonus', '5', 'permanent', 'automatic', CURRENT_TIMESTAMP),
  ('00000000-0000-7000-8000-000000000012', '$100 a day', '日消费 100 美元', 'daily', 'USD', 100, 7, 'consumption_discount', '5', 'permanent', 'offered', CURRENT_TIMESTAMP);
