-- People: their language, their second factor, and invitations by mail.
ALTER TABLE "app_user" ADD COLUMN "locale" TEXT,
ADD COLUMN "totp_secret" BYTEA,
ADD COLUMN "totp_enabled_at" TIMESTAMPTZ(3),
ADD COLUMN "totp_last_step" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "app_user" ADD CONSTRAINT "app_user_locale" CHECK ("locale" IN ('en', 'zh'));
ALTER TABLE "app_user" ADD CONSTRAINT "app_user_totp" CHECK ("totp_enabled_at" IS NULL OR "totp_secret" IS NOT NULL);
ALTER TABLE "membership" ADD CONSTRAINT "membership_role" CHECK ("role" IN ('admin', 'member'));

CREATE TABLE "recovery_code" (
    "user_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "recovery_code_pkey" PRIMARY KEY ("user_id","hash")
);
ALTER TABLE "recovery_code" ADD CONSTRAINT "recovery_code_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "invitation" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "role" TEXT,
    "account_id" UUID,
    "member_role" TEXT,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "invited_by" UUID,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "invitation_email_lower" CHECK ("email" = lower("email")),
    CONSTRAINT "invitation_role" CHECK ("role" IN ('owner', 'operator', 'support')),
    CONSTRAINT "invitation_member_role" CHECK ("member_role" IN ('admin', 'member')),
    CONSTRAINT "invitation_shape" CHECK (("account_id" IS NULL) = ("member_role" IS NULL) AND NOT ("role" IS NOT NULL AND "account_id" IS NOT NULL))
);
CREATE INDEX "invitation_account_id_idx" ON "invitation"("account_id");
CREATE INDEX "invitation_email_idx" ON "invitation"("email");
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;
