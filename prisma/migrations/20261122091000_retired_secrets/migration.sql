-- Secrets that a rotation replaced: valid until their end, known for ever after, so that a late use can be named.
CREATE TABLE "retired_secret" (
    "id" UUID NOT NULL,
    "key_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "prefix" TEXT NOT NULL,
    "last4" TEXT NOT NULL,
    "retired_at" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3) NOT NULL,
    "revision" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "retired_secret_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "retired_secret_hash_key" ON "retired_secret"("hash");

-- CreateIndex
CREATE INDEX "retired_secret_key_id_idx" ON "retired_secret"("key_id");

-- CreateIndex
CREATE INDEX "retired_secret_revision_idx" ON "retired_secret"("revision");

-- AddForeignKey
ALTER TABLE "retired_secret" ADD CONSTRAINT "retired_secret_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "api_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
