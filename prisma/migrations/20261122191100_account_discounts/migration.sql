-- A discount of one account's on everything: an entry of kind account without a model. The release before reads it as an
-- account's prices of no model, which moves nothing.
ALTER TABLE "price_entry" DROP CONSTRAINT "price_entry_shape";
ALTER TABLE "price_entry" ADD CONSTRAINT "price_entry_shape" CHECK (
  ("kind" = 'model' AND "model_id" IS NOT NULL AND "components" IS NOT NULL AND "group_id" IS NULL AND "account_id" IS NULL)
  OR ("kind" = 'group' AND "group_id" IS NOT NULL AND "multiplier" IS NOT NULL AND "model_id" IS NULL AND "account_id" IS NULL)
  OR ("kind" = 'account' AND "account_id" IS NOT NULL AND "model_id" IS NOT NULL AND "components" IS NOT NULL)
  OR ("kind" = 'account' AND "account_id" IS NOT NULL AND "model_id" IS NULL AND "group_id" IS NULL AND "components" = '{}'::jsonb AND "multiplier" IS NOT NULL));
