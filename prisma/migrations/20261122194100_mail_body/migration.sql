-- A mail to many is kept once, and put into each reader's mail shortly before it goes out: so that ten thousand of them
-- stand in the outbox when the request that caused them is answered. Until then a mail is due in the year 9999, which
-- releases that do not know of bodies leave alone.
CREATE TABLE "mail_body" (
    "id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "html" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mail_body_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "mail" ADD COLUMN "body_id" UUID, ADD COLUMN "body_name" TEXT;
ALTER TABLE "mail" ADD CONSTRAINT "mail_body_id_fkey" FOREIGN KEY ("body_id") REFERENCES "mail_body"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
-- Which are still to be filled, and which bodies are still wanted.
CREATE INDEX "mail_unfilled" ON "mail"("body_id", "id") WHERE "body_id" IS NOT NULL;
