-- A folder of its own: a migration that locked account_funds and ledger_entry could meet a posting that holds one of them.
-- Fires for the business's own lines alone (never for usage, so not for calls); null stays null until it is counted. Also
-- under what the release before posts.
CREATE FUNCTION hot.count_money_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE hot.account_funds f SET money_in = f.money_in - NEW.amount
    FROM hot.ledger_transaction t WHERE t.id = NEW.transaction_id AND f.account_id = t.account_id;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_money_in AFTER INSERT ON hot.ledger_entry
  FOR EACH ROW WHEN (NEW.ledger_account NOT IN ('customer', 'usage')) EXECUTE FUNCTION hot.count_money_in();
