-- What came into an account otherwise than by calls, or went out: kept with its balance, so that an account with years of
-- recharges is as quick as a new one. Null: not counted yet (rows from before; whoever locks one next counts it). No default
-- until the trigger of the next folder counts: what the release before opens and credits meanwhile stays null as well.
ALTER TABLE hot.account_funds ADD COLUMN money_in bigint;
