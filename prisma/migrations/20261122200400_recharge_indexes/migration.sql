-- A folder of its own: whoever credits locks recharge, then account_funds; a migration that held the latter while it waited
-- for the former would stand against them, and holds would wait until the indexes are built.
-- What an account's credited orders come to is read from this alone when its tiers are judged.
CREATE INDEX IF NOT EXISTS "recharge_credited" ON "recharge" ("account_id")
  INCLUDE ("currency", "rate", "credited_at", "created_at", "amount", "refunded_amount") WHERE "status" = 'credited';
-- Its orders page by page, newest first.
CREATE INDEX IF NOT EXISTS "recharge_account_id_id_idx" ON "recharge" ("account_id", "id");
