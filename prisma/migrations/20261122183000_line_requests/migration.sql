-- Customers ask for a line, or a model on it, in the same queue as for limits. A release that does not know the kind lists
-- such a request as one for a limit until it is replaced.
ALTER TABLE "limit_request" ADD COLUMN "group_id" TEXT;
ALTER TABLE "limit_request" DROP CONSTRAINT "limit_request_kind";
ALTER TABLE "limit_request" ADD CONSTRAINT "limit_request_kind" CHECK ("kind" IN ('raise', 'reduce', 'line'));
ALTER TABLE "limit_request" ADD CONSTRAINT "limit_request_line" CHECK (("kind" = 'line') = ("group_id" IS NOT NULL));

-- AddForeignKey
ALTER TABLE "limit_request" ADD CONSTRAINT "limit_request_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "account_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
