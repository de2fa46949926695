-- What came into an account otherwise than by calls, or went out: kept with its balance, so that an account with years of
-- recharges is as quick as a new one. Null: not counted yet (rows from before; whoever locks one next counts it).
ALTER TABLE hot.account_funds ADD COLUMN money_in bigint;
ALTER TABLE hot.account_funds ALTER COLUMN money_in SET DEFAULT 0;

-- What an account's credited orders come to is read from this alone when its tiers are judged.
CREATE INDEX "recharge_credited" ON "recharge" ("account_id")
  INCLUDE ("currency", "rate", "credited_at", "created_at", "amount", "refunded_amount") WHERE "status" = 'credited';
-- Its orders page by page, newest first.
CREATE INDEX "recharge_account_id_id_idx" ON "recharge" ("account_id", "id");
