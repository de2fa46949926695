-- Proof of days whose log rows may be gone. Seal n covers the usage transactions that the ledger took from `since` to
-- `through`; its lines say, per day of admission and account, what log rows and ledger entries summed to. Both are equal:
-- what does not agree is not sealed. Each hash covers the one before, so that no seal can be changed or left out unnoticed.
CREATE TABLE hot.day_seal (
  number bigint PRIMARY KEY CHECK (number > 0),
  since timestamptz NOT NULL,
  through timestamptz NOT NULL CHECK (through > since),
  lines bigint NOT NULL,
  rows bigint NOT NULL,
  amount numeric NOT NULL,
  sealed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  previous bytea NOT NULL,
  hash bytea NOT NULL UNIQUE
);

CREATE TABLE hot.day_proof (
  seal bigint NOT NULL REFERENCES hot.day_seal (number),
  day date NOT NULL, -- UTC, of the calls' admission
  account_id uuid NOT NULL,
  rows bigint NOT NULL, -- log rows with a cost
  cost numeric NOT NULL, -- their sum, nano-USD
  requests bigint NOT NULL, -- what the ledger's usage transactions count
  amount numeric NOT NULL, -- and what they sum to
  transactions bigint NOT NULL,
  PRIMARY KEY (seal, day, account_id),
  CHECK (rows = requests AND cost = amount)
);
CREATE INDEX day_proof_day ON hot.day_proof (day);

-- A day's log rows, all written before `through`, were dropped under the seals up to `seal`. What comes later for that
-- day (a node that was away) is there again, until it is dropped in its turn.
CREATE TABLE hot.dropped_day (
  day date NOT NULL,
  through timestamptz NOT NULL,
  seal bigint NOT NULL REFERENCES hot.day_seal (number),
  rows bigint NOT NULL,
  cost numeric NOT NULL,
  dropped_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (day, through)
);

-- Every run of the proof, by night or by a button.
CREATE TABLE hot.ledger_proof (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL,
  ok boolean NOT NULL,
  result jsonb NOT NULL,
  duration_ms integer NOT NULL
);
CREATE INDEX ledger_proof_at ON hot.ledger_proof (at DESC);

CREATE TRIGGER day_seal_append_only BEFORE UPDATE OR DELETE ON hot.day_seal FOR EACH ROW EXECUTE FUNCTION hot.refuse_change();
CREATE TRIGGER day_seal_no_truncate BEFORE TRUNCATE ON hot.day_seal FOR EACH STATEMENT EXECUTE FUNCTION hot.refuse_change();
CREATE TRIGGER day_proof_append_only BEFORE UPDATE OR DELETE ON hot.day_proof FOR EACH ROW EXECUTE FUNCTION hot.refuse_change();
CREATE TRIGGER day_proof_no_truncate BEFORE TRUNCATE ON hot.day_proof FOR EACH STATEMENT EXECUTE FUNCTION hot.refuse_change();
CREATE TRIGGER dropped_day_append_only BEFORE UPDATE OR DELETE ON hot.dropped_day FOR EACH ROW EXECUTE FUNCTION hot.refuse_change();
CREATE TRIGGER dropped_day_no_truncate BEFORE TRUNCATE ON hot.dropped_day FOR EACH STATEMENT EXECUTE FUNCTION hot.refuse_change();

-- What a seal's hash covers, from what stands in the tables now.
CREATE FUNCTION hot.seal_hash(s hot.day_seal) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(s.previous || convert_to(
    concat_ws('|', s.number, extract(epoch FROM s.since), extract(epoch FROM s.through), s.lines, s.rows, s.amount) || E'\n' ||
    coalesce((SELECT string_agg(concat_ws('|', p.day - DATE '1970-01-01', p.account_id, p.rows, p.cost, p.requests, p.amount, p.transactions),
      E'\n' ORDER BY p.day, p.account_id) FROM hot.day_proof p WHERE p.seal = s.number), ''), 'UTF8'))
$$;

-- A seal continues the one before and its hash is that of its lines, which are inserted before it, in one transaction.
ALTER TABLE hot.day_proof ALTER CONSTRAINT day_proof_seal_fkey DEFERRABLE INITIALLY DEFERRED;
CREATE FUNCTION hot.check_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before hot.day_seal;
BEGIN
  SELECT * INTO before FROM hot.day_seal ORDER BY number DESC LIMIT 1;
  IF NEW.number <> coalesce(before.number, 0) + 1 OR NEW.previous <> coalesce(before.hash, '\x') OR
     (before.number IS NOT NULL AND NEW.since <> before.through) OR NEW.hash <> hot.seal_hash(NEW) THEN
    RAISE EXCEPTION 'day_seal % does not continue the chain', NEW.number USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER day_seal_continues BEFORE INSERT ON hot.day_seal FOR EACH ROW EXECUTE FUNCTION hot.check_seal();

-- Nobody adds lines to a seal that stands.
CREATE FUNCTION hot.refuse_late_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM hot.day_seal WHERE number = NEW.seal) THEN
    RAISE EXCEPTION 'seal % stands already', NEW.seal USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER day_proof_before_seal BEFORE INSERT ON hot.day_proof FOR EACH ROW EXECUTE FUNCTION hot.refuse_late_line();
