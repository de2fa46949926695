-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "config_revision" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "config_revision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "app_user" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "password_hash" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'active',
    "session_version" INTEGER NOT NULL DEFAULT 1,
    "last_sign_in_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "app_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "one_time_token" (
    "hash" BYTEA NOT NULL,
    "purpose" TEXT NOT NULL,
    "user_id" UUID,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "one_time_token_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "sign_in_failure" (
    "subject" TEXT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "window_start" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_failure_pkey" PRIMARY KEY ("subject")
);

-- CreateTable
CREATE TABLE "account" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT,
    "group_id" TEXT NOT NULL DEFAULT 'default',
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "status" TEXT NOT NULL DEFAULT 'active',
    "revision" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "user_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "role" TEXT NOT NULL DEFAULT 'member',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("user_id","account_id")
);

-- CreateTable
CREATE TABLE "account_group" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "revision" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "account_group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "prefix" TEXT NOT NULL,
    "last4" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'active',
    "group_id" TEXT,
    "expires_at" TIMESTAMPTZ(3),
    "budget_nano_usd" BIGINT,
    "budget_period" TEXT,
    "models" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "allowed_cidrs" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "deleted_at" TIMESTAMPTZ(3),
    "created_by" TEXT NOT NULL DEFAULT '',
    "revision" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "channel" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "base_url" TEXT NOT NULL,
    "credential" BYTEA,
    "groups" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "priority" INTEGER NOT NULL DEFAULT 0,
    "weight" INTEGER NOT NULL DEFAULT 1,
    "timeouts" JSONB NOT NULL DEFAULT '{}',
    "inject_usage" BOOLEAN NOT NULL DEFAULT true,
    "status" TEXT NOT NULL DEFAULT 'active',
    "deleted_at" TIMESTAMPTZ(3),
    "last_test_at" TIMESTAMPTZ(3),
    "last_test_ok" BOOLEAN,
    "last_test_detail" TEXT,
    "revision" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "channel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "channel_model" (
    "channel_id" UUID NOT NULL,
    "model" TEXT NOT NULL,
    "upstream_model" TEXT NOT NULL,

    CONSTRAINT "channel_model_pkey" PRIMARY KEY ("channel_id","model")
);

-- CreateTable
CREATE TABLE "model" (
    "id" TEXT NOT NULL,
    "vendor" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "context_window" INTEGER,
    "max_output_tokens" INTEGER,
    "reasoning" BOOLEAN NOT NULL DEFAULT false,
    "sync_policy" TEXT NOT NULL,
    "stated_reason" TEXT,
    "official" JSONB NOT NULL,
    "official_source" TEXT NOT NULL,
    "official_source_date" TEXT NOT NULL,
    "example" BOOLEAN NOT NULL DEFAULT false,
    "revision" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "model_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "price_version" (
    "id" UUID NOT NULL,
    "number" SERIAL NOT NULL,
    "state" TEXT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "effective_at" TIMESTAMPTZ(3),
    "published_at" TIMESTAMPTZ(3),
    "created_by" TEXT NOT NULL DEFAULT '',
    "revision" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "price_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "price_entry" (
    "id" UUID NOT NULL,
    "version_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "model_id" TEXT,
    "group_id" TEXT,
    "account_id" UUID,
    "components" JSONB,
    "multiplier" TEXT,
    "reason" TEXT,

    CONSTRAINT "price_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recharge" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "method" TEXT NOT NULL,
    "order_no" TEXT NOT NULL,
    "amount" DECIMAL(24,9) NOT NULL,
    "currency" TEXT NOT NULL,
    "rate" TEXT NOT NULL,
    "rate_date" TEXT NOT NULL,
    "credit_nano_usd" BIGINT NOT NULL,
    "bonus_nano_usd" BIGINT NOT NULL DEFAULT 0,
    "status" TEXT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "ledger_transaction_id" UUID,
    "created_by" TEXT NOT NULL DEFAULT '',
    "credited_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "recharge_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exchange_rate" (
    "currency" TEXT NOT NULL,
    "date" TEXT NOT NULL,
    "usd_per_unit" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "exchange_rate_pkey" PRIMARY KEY ("currency","date")
);

-- CreateTable
CREATE TABLE "setting" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "revision" BIGINT NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_type" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target_type" TEXT NOT NULL,
    "target_id" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "ip" TEXT,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "management_token" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "prefix" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "created_by" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "management_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotent_answer" (
    "actor" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "body_hash" BYTEA NOT NULL,
    "status" INTEGER,
    "answer" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotent_answer_pkey" PRIMARY KEY ("actor","path","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "app_user_email_key" ON "app_user"("email");

-- CreateIndex
CREATE INDEX "account_revision_idx" ON "account"("revision");

-- CreateIndex
CREATE INDEX "membership_account_id_idx" ON "membership"("account_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_hash_key" ON "api_key"("hash");

-- CreateIndex
CREATE INDEX "api_key_account_id_idx" ON "api_key"("account_id");

-- CreateIndex
CREATE INDEX "api_key_revision_idx" ON "api_key"("revision");

-- CreateIndex
CREATE INDEX "channel_revision_idx" ON "channel"("revision");

-- CreateIndex
CREATE INDEX "channel_model_model_idx" ON "channel_model"("model");

-- CreateIndex
CREATE INDEX "model_vendor_idx" ON "model"("vendor");

-- CreateIndex
CREATE INDEX "model_revision_idx" ON "model"("revision");

-- CreateIndex
CREATE UNIQUE INDEX "price_version_number_key" ON "price_version"("number");

-- CreateIndex
CREATE INDEX "price_version_revision_idx" ON "price_version"("revision");

-- CreateIndex
CREATE INDEX "price_entry_version_id_idx" ON "price_entry"("version_id");

-- CreateIndex
CREATE INDEX "price_entry_model_id_idx" ON "price_entry"("model_id");

-- CreateIndex
CREATE INDEX "recharge_account_id_created_at_idx" ON "recharge"("account_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "recharge_method_order_no_key" ON "recharge"("method", "order_no");

-- CreateIndex
CREATE INDEX "audit_entry_at_idx" ON "audit_entry"("at");

-- CreateIndex
CREATE INDEX "audit_entry_target_type_target_id_idx" ON "audit_entry"("target_type", "target_id");

-- CreateIndex
CREATE UNIQUE INDEX "management_token_hash_key" ON "management_token"("hash");

-- CreateIndex
CREATE INDEX "idempotent_answer_created_at_idx" ON "idempotent_answer"("created_at");

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "account_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "channel_model" ADD CONSTRAINT "channel_model_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channel"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "price_entry" ADD CONSTRAINT "price_entry_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "price_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recharge" ADD CONSTRAINT "recharge_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- The one row that every config write bumps; nodes compare it with what they have loaded.
INSERT INTO "config_revision" ("id", "revision") VALUES (1, 0);
ALTER TABLE "config_revision" ADD CONSTRAINT "config_revision_single" CHECK ("id" = 1);

-- What Prisma cannot say: closed vocabularies.
ALTER TABLE "app_user" ADD CONSTRAINT "app_user_role" CHECK ("role" IN ('owner', 'operator', 'support', 'customer'));
ALTER TABLE "app_user" ADD CONSTRAINT "app_user_status" CHECK ("status" IN ('active', 'disabled'));
ALTER TABLE "app_user" ADD CONSTRAINT "app_user_email_lower" CHECK ("email" = lower("email"));
ALTER TABLE "account" ADD CONSTRAINT "account_status" CHECK ("status" IN ('active', 'suspended'));
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_status" CHECK ("status" IN ('active', 'disabled'));
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_budget" CHECK (("budget_nano_usd" IS NULL) = ("budget_period" IS NULL) AND "budget_nano_usd" >= 0);
ALTER TABLE "channel" ADD CONSTRAINT "channel_status" CHECK ("status" IN ('active', 'disabled'));
ALTER TABLE "channel" ADD CONSTRAINT "channel_weight" CHECK ("weight" >= 0);
ALTER TABLE "price_version" ADD CONSTRAINT "price_version_published" CHECK (("state" = 'published') = ("effective_at" IS NOT NULL AND "published_at" IS NOT NULL));
ALTER TABLE "price_entry" ADD CONSTRAINT "price_entry_shape" CHECK (
  ("kind" = 'model' AND "model_id" IS NOT NULL AND "components" IS NOT NULL AND "group_id" IS NULL AND "account_id" IS NULL)
  OR ("kind" = 'group' AND "group_id" IS NOT NULL AND "multiplier" IS NOT NULL AND "model_id" IS NULL AND "account_id" IS NULL)
  OR ("kind" = 'account' AND "account_id" IS NOT NULL AND "model_id" IS NOT NULL AND "components" IS NOT NULL));

-- Append-only: raises for every role, the table's owner included.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON "audit_entry" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON "audit_entry" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A published price version is never edited, nor are its entries.
CREATE FUNCTION refuse_published_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'price_version' THEN
    IF OLD."state" = 'published' THEN
      RAISE EXCEPTION 'a published price version is immutable' USING ERRCODE = 'restrict_violation';
    END IF;
  ELSIF EXISTS (SELECT 1 FROM "price_version" v WHERE v."id" = OLD."version_id" AND v."state" = 'published') THEN
    RAISE EXCEPTION 'entries of a published price version are immutable' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER price_version_immutable BEFORE UPDATE OR DELETE ON "price_version" FOR EACH ROW EXECUTE FUNCTION refuse_published_change();
CREATE TRIGGER price_entry_immutable BEFORE UPDATE OR DELETE ON "price_entry" FOR EACH ROW EXECUTE FUNCTION refuse_published_change();
-- Entries are written while their version is a draft; publishing seals it.
CREATE FUNCTION refuse_entry_of_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM "price_version" v WHERE v."id" = NEW."version_id" AND v."state" = 'published') THEN
    RAISE EXCEPTION 'a published price version takes no new entries' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER price_entry_only_in_drafts BEFORE INSERT ON "price_entry" FOR EACH ROW EXECUTE FUNCTION refuse_entry_of_published();
