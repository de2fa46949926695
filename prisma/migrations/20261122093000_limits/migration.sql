-- Limits as operators set them. One row per scope, its id, model and metric, for ever: `value` NULL says that the limit
-- was taken away, so that nodes hear of it and a seeded limit that was deleted stays away.
CREATE TABLE "call_limit" (
    "id" UUID NOT NULL,
    "scope" TEXT NOT NULL,
    "scope_id" TEXT NOT NULL DEFAULT '',
    "model" TEXT NOT NULL DEFAULT '',
    "metric" TEXT NOT NULL,
    "value" BIGINT,
    "note" TEXT NOT NULL DEFAULT '',
    "revision" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "call_limit_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "call_limit_scope_scope_id_model_metric_key" ON "call_limit"("scope", "scope_id", "model", "metric");

-- CreateIndex
CREATE INDEX "call_limit_revision_idx" ON "call_limit"("revision");
