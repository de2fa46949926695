-- Accounts that are still to be told of their own prices: written with the price version, taken out with their mails. A
-- release that does not know the table writes such mails itself when it publishes.
CREATE TABLE "own_prices_due" (
    "version_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "changes" JSONB NOT NULL,
    "effective_at" TIMESTAMPTZ(3) NOT NULL,
    "base" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "own_prices_due_pkey" PRIMARY KEY ("version_id", "account_id")
);
ALTER TABLE "own_prices_due" ADD CONSTRAINT "own_prices_due_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "price_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "own_prices_due" ADD CONSTRAINT "own_prices_due_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;
