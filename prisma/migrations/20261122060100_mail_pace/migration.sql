-- How many mails were handed over in the last minute, over all nodes.
CREATE INDEX "mail_data_at_idx" ON "mail"("data_at");
