-- The trigger stands: an account that is opened from now on begins at nothing and is counted with every entry. A lock of a
-- moment, and the only one of its folder: holds wait for nothing else.
ALTER TABLE hot.account_funds ALTER COLUMN money_in SET DEFAULT 0;
