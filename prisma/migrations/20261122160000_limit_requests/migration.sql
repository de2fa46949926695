-- `shadow`: counted and shown, refuses nothing. `granted` counts in place of `value` until `granted_until`; nodes end it by
-- their own corrected clocks, so that no write has to come in time.
ALTER TABLE "call_limit" ADD COLUMN "shadow" BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN "granted" BIGINT,
    ADD COLUMN "granted_until" TIMESTAMPTZ(3);
ALTER TABLE "call_limit" ADD CONSTRAINT "call_limit_grant_has_end" CHECK (("granted" IS NULL) = ("granted_until" IS NULL));

-- What a customer asks for, or the weekly look at grants proposes, and what an operator decided.
CREATE TABLE "limit_request" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'raise',
    "account_id" UUID NOT NULL,
    "model" TEXT NOT NULL DEFAULT '',
    "metric" TEXT NOT NULL,
    "wanted" BIGINT NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "wanted_until" TIMESTAMPTZ(3),
    "stood" BIGINT,
    "peak" BIGINT,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "asked_by" TEXT NOT NULL,
    "asked_by_id" UUID,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "answer" TEXT NOT NULL DEFAULT '',
    "granted" BIGINT,
    "granted_until" TIMESTAMPTZ(3),
    "grant_id" UUID,
    "reminded_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "limit_request_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "limit_request" ADD CONSTRAINT "limit_request_kind" CHECK ("kind" IN ('raise', 'reduce'));
ALTER TABLE "limit_request" ADD CONSTRAINT "limit_request_state" CHECK ("state" IN ('waiting', 'granted', 'refused', 'withdrawn'));
ALTER TABLE "limit_request" ADD CONSTRAINT "limit_request_decision" CHECK (("state" = 'waiting') = ("decided_at" IS NULL));

-- CreateIndex
CREATE INDEX "limit_request_state_id_idx" ON "limit_request"("state", "id");

-- CreateIndex
CREATE INDEX "limit_request_account_id_id_idx" ON "limit_request"("account_id", "id");

-- AddForeignKey
ALTER TABLE "limit_request" ADD CONSTRAINT "limit_request_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- When an account was last written to about a limit that it comes near.
CREATE TABLE "limit_notice" (
    "account_id" UUID NOT NULL,
    "model" TEXT NOT NULL DEFAULT '',
    "metric" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "limit_notice_pkey" PRIMARY KEY ("account_id", "model", "metric")
);

-- Who runs into limits is asked over a whole day: few rows of many.
CREATE INDEX request_log_limited ON hot.request_log (created_at) WHERE error_code IN ('rate_limit_exceeded', 'request_exceeds_limit');
