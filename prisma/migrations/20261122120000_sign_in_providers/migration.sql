-- Sign-in with somebody else's sign-in (GitHub, Google, OpenID Connect), entered by form.
CREATE TABLE "sign_in_provider" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "client_secret" BYTEA NOT NULL,
    "is_enabled" BOOLEAN NOT NULL DEFAULT true,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_provider_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "sign_in_provider_id" CHECK ("id" IN ('github', 'google', 'oidc'))
);

-- Whom a provider calls by a subject. Of one issuer a person has at most one: an address that was given to somebody
-- else there does not lead to them.
CREATE TABLE "identity" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "email" TEXT,
    "last_used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "identity_provider_issuer_subject_key" ON "identity"("provider", "issuer", "subject");
CREATE UNIQUE INDEX "identity_user_id_provider_issuer_key" ON "identity"("user_id", "provider", "issuer");
ALTER TABLE "identity" ADD CONSTRAINT "identity_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- From where a person has signed in before, so that they hear of it when it is from elsewhere.
CREATE TABLE "known_sign_in" (
    "user_id" UUID NOT NULL,
    "network" TEXT NOT NULL,
    "browser" TEXT NOT NULL,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "known_sign_in_pkey" PRIMARY KEY ("user_id","network","browser")
);
CREATE INDEX "known_sign_in_last_at_idx" ON "known_sign_in"("last_at");
ALTER TABLE "known_sign_in" ADD CONSTRAINT "known_sign_in_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A deleted person's row stays as their name: what they did names them. The previous release reads it as disabled.
ALTER TABLE "app_user" DROP CONSTRAINT "app_user_status",
ADD CONSTRAINT "app_user_status" CHECK ("status" IN ('active', 'disabled', 'deleted'));
