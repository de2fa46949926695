-- What the public is told: each published price version, and what operators write. A version's text may be written on its
-- draft; the row is there from then on, and goes with the draft.
CREATE TABLE "announcement" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'draft',
    "version_id" UUID,
    "title" TEXT NOT NULL,
    "text" TEXT NOT NULL DEFAULT '',
    "title_zh" TEXT NOT NULL DEFAULT '',
    "text_zh" TEXT NOT NULL DEFAULT '',
    "is_edited" BOOLEAN NOT NULL DEFAULT true,
    "changes" JSONB NOT NULL DEFAULT '[]',
    "vendors" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "models" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "concerns_all" BOOLEAN NOT NULL DEFAULT true,
    "effective_at" TIMESTAMPTZ(3),
    "published_at" TIMESTAMPTZ(3),
    "withdrawn_at" TIMESTAMPTZ(3),
    "queued_at" TIMESTAMPTZ(3),
    "base" TEXT NOT NULL DEFAULT '',
    "created_by" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "announcement_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "announcement_kind" CHECK ("kind" IN ('prices', 'notice')),
    CONSTRAINT "announcement_state" CHECK ("state" IN ('draft', 'published', 'withdrawn')),
    CONSTRAINT "announcement_version" CHECK (("kind" = 'prices') = ("version_id" IS NOT NULL)),
    CONSTRAINT "announcement_published" CHECK (("state" = 'draft') = ("published_at" IS NULL)),
    CONSTRAINT "announcement_withdrawn" CHECK (("state" = 'withdrawn') = ("withdrawn_at" IS NOT NULL))
);
CREATE UNIQUE INDEX "announcement_version_id_key" ON "announcement"("version_id");
CREATE INDEX "announcement_state_published_at_idx" ON "announcement"("state", "published_at");
-- Whose mails are not all queued yet: few, and asked for every five minutes.
CREATE INDEX "announcement_unqueued" ON "announcement"("published_at") WHERE "state" = 'published' AND "queued_at" IS NULL;
ALTER TABLE "announcement" ADD CONSTRAINT "announcement_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "price_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Who is written to, since when, by what consent. `wishes` waits for the confirmation of who asked for them.
CREATE TABLE "subscriber" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "user_id" UUID,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "follows_all" BOOLEAN NOT NULL DEFAULT true,
    "vendors" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "models" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "digest" BOOLEAN NOT NULL DEFAULT false,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "wishes" JSONB,
    "link_key" BYTEA NOT NULL,
    "consent" TEXT NOT NULL DEFAULT '',
    "reason" TEXT NOT NULL DEFAULT '',
    "asked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "confirmed_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "subscriber_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "subscriber_email_lower" CHECK ("email" = lower("email")),
    CONSTRAINT "subscriber_locale" CHECK ("locale" IN ('en', 'zh')),
    CONSTRAINT "subscriber_state" CHECK ("state" IN ('pending', 'confirmed', 'unsubscribed', 'suppressed')),
    CONSTRAINT "subscriber_confirmed" CHECK ("state" <> 'confirmed' OR "confirmed_at" IS NOT NULL),
    CONSTRAINT "subscriber_ended" CHECK (("state" IN ('unsubscribed', 'suppressed')) = ("ended_at" IS NOT NULL))
);
CREATE UNIQUE INDEX "subscriber_email_key" ON "subscriber"("email");
CREATE UNIQUE INDEX "subscriber_user_id_key" ON "subscriber"("user_id");
CREATE INDEX "subscriber_state_id_idx" ON "subscriber"("state", "id");
ALTER TABLE "subscriber" ADD CONSTRAINT "subscriber_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- One row for each subscriber and announcement that concerns them: written before the mail, so that nobody is written to
-- twice. Without a mail it waits for the day's digest.
CREATE TABLE "announcement_delivery" (
    "announcement_id" UUID NOT NULL,
    "subscriber_id" UUID NOT NULL,
    "mail_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "announcement_delivery_pkey" PRIMARY KEY ("announcement_id", "subscriber_id")
);
CREATE INDEX "announcement_delivery_subscriber_id_idx" ON "announcement_delivery"("subscriber_id");
CREATE INDEX "announcement_delivery_mail_id_idx" ON "announcement_delivery"("mail_id");
CREATE INDEX "announcement_delivery_digest" ON "announcement_delivery"("subscriber_id") WHERE "mail_id" IS NULL;
ALTER TABLE "announcement_delivery" ADD CONSTRAINT "announcement_delivery_announcement_id_fkey" FOREIGN KEY ("announcement_id") REFERENCES "announcement"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "announcement_delivery" ADD CONSTRAINT "announcement_delivery_subscriber_id_fkey" FOREIGN KEY ("subscriber_id") REFERENCES "subscriber"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Set on mails to subscribers: where one click ends them (RFC 8058), a mark standing for the token. They wait for all others.
ALTER TABLE "mail" ADD COLUMN "unsubscribe_url" TEXT;
CREATE INDEX "mail_due_single" ON "mail"("next_try_at", "id") WHERE "state" IN ('queued', 'retry') AND "unsubscribe_url" IS NULL;
CREATE INDEX "mail_due_bulk" ON "mail"("next_try_at", "id") WHERE "state" IN ('queued', 'retry') AND "unsubscribe_url" IS NOT NULL;

-- Announcements up to this moment are read: the portal's banner shows what is newer.
ALTER TABLE "app_user" ADD COLUMN "announcements_seen_at" TIMESTAMPTZ(3);
