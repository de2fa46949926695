-- Models of a line are open, or need a grant per account. A release that does not know the columns lets everybody in, as it did.
ALTER TABLE "account_group"
  ADD COLUMN "access" TEXT NOT NULL DEFAULT 'open',
  ADD COLUMN "granted_models" TEXT[] NOT NULL DEFAULT '{}',
  ADD CONSTRAINT "account_group_access" CHECK ("access" IN ('open', 'granted'));
CREATE INDEX "account_group_revision_idx" ON "account_group"("revision");

-- What an operator has opened for an account. A grant that was taken back stays, so that every node hears of it.
CREATE TABLE "line_grant" (
    "group_id" TEXT NOT NULL,
    "account_id" UUID NOT NULL,
    "models" TEXT[] NOT NULL DEFAULT '{}',
    "expires_at" TIMESTAMPTZ(3),
    "note" TEXT NOT NULL DEFAULT '',
    "created_by" TEXT NOT NULL DEFAULT '',
    "revoked_at" TIMESTAMPTZ(3),
    "revision" BIGINT NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "line_grant_pkey" PRIMARY KEY ("group_id", "account_id"),
    CONSTRAINT "line_grant_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "account_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "line_grant_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "line_grant_account_id_idx" ON "line_grant"("account_id");
CREATE INDEX "line_grant_revision_idx" ON "line_grant"("revision");
