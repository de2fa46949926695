-- Links in mails: bound to what they act on.
ALTER TABLE "one_time_token" ADD COLUMN "subject" TEXT;
CREATE INDEX "one_time_token_purpose_subject_idx" ON "one_time_token"("purpose", "subject");

CREATE TABLE "job_run" (
    "id" UUID NOT NULL,
    "job" TEXT NOT NULL,
    "started_by" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "alive_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "result" JSONB,
    "error" TEXT,

    CONSTRAINT "job_run_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "job_run_state" CHECK ("state" IN ('queued', 'running', 'done', 'failed'))
);
CREATE INDEX "job_run_job_created_at_idx" ON "job_run"("job", "created_at");

CREATE TABLE "mail" (
    "id" UUID NOT NULL,
    "to" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "html" TEXT NOT NULL,
    "template" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "secret" BYTEA,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "tries" INTEGER NOT NULL DEFAULT 0,
    "next_try_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "claimed_by" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "data_at" TIMESTAMPTZ(3),
    "message_id" TEXT NOT NULL,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "mail_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "mail_state" CHECK ("state" IN ('queued', 'sending', 'sent', 'retry', 'failed', 'in_doubt')),
    CONSTRAINT "mail_claim" CHECK (("state" = 'sending') = ("claimed_by" IS NOT NULL AND "lease_until" IS NOT NULL))
);
CREATE UNIQUE INDEX "mail_message_id_key" ON "mail"("message_id");
CREATE INDEX "mail_created_at_idx" ON "mail"("created_at");
-- What the sender asks for every second: what is due, and whose claim has run out. Small however long the outbox is.
CREATE INDEX "mail_due" ON "mail"("next_try_at") WHERE "state" IN ('queued', 'retry');
CREATE INDEX "mail_claims" ON "mail"("lease_until") WHERE "state" = 'sending';

CREATE TABLE "mail_server" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "host" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "security" TEXT NOT NULL,
    "username" TEXT NOT NULL DEFAULT '',
    "password" BYTEA,
    "sender" TEXT NOT NULL,
    "per_minute" INTEGER,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mail_server_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "mail_server_single" CHECK ("id" = 1),
    CONSTRAINT "mail_server_security" CHECK ("security" IN ('tls', 'starttls', 'opportunistic', 'none'))
);
