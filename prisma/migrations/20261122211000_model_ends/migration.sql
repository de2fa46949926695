-- A model that is activated on a line may end at another time than the rest of the grant. `told_until`: ends up to it have
-- been written about. A release that does not know the columns lets every model end with the grant.
ALTER TABLE "line_grant"
  ADD COLUMN "model_ends" JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN "told_until" TIMESTAMPTZ(3);
