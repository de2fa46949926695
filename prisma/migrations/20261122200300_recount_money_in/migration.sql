-- Where the default once stood before the trigger, what came in between was not counted: null, so that it is counted anew.
-- Reads the ledger of accounts that have a figure alone, which is none but in such an installation.
UPDATE hot.account_funds SET money_in = NULL WHERE money_in IS NOT NULL AND money_in <> hot.money_in(account_id);
