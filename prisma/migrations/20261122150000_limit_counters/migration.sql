-- Counters of limits that several nodes share where there is no Valkey: those too small to be divided among them.
-- One row per taking (or per call that runs), gone when it ends; the counter's own row is what takings wait for.
CREATE TABLE hot.limit_counter (
  counter text PRIMARY KEY
);
CREATE TABLE hot.limit_taken (
  counter text NOT NULL,
  cell bigint GENERATED ALWAYS AS IDENTITY,
  at_ms double precision NOT NULL, -- the database's clock, ms since the epoch
  ends_ms double precision NOT NULL, -- a taking leaves its window, a running call's place lapses
  amount bigint NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (counter, cell)
) WITH (fillfactor = 70);
CREATE INDEX limit_taken_ends ON hot.limit_taken (ends_ms);

-- Takes all or none, in one statement of the caller's. Arrays go by check; `p_now_ms` NULL: the database's clock.
-- `wait_ms` NULL: larger than the limit itself. `taken` says the same in every row.
CREATE FUNCTION hot.take_limits(
  p_now_ms double precision, p_window_ms double precision, p_lapse_ms double precision, p_busy_ms double precision,
  p_taking boolean, p_counters text[], p_running boolean[], p_limits bigint[], p_amounts bigint[], p_shadows boolean[]
) RETURNS TABLE (taken boolean, used bigint, reset_ms double precision, wait_ms double precision, cell bigint)
LANGUAGE plpgsql AS $$
DECLARE
  v_now double precision;
  v_count int := cardinality(p_counters);
  v_used bigint[];
  v_reset double precision[];
  v_wait double precision[];
  v_cell bigint[] := array_fill(0::bigint, ARRAY[v_count]);
  v_fits boolean := true;
  v_locked int;
  v_sum bigint;
  v_rest double precision;
  v_one bigint;
BEGIN
  LOOP
    INSERT INTO hot.limit_counter SELECT c FROM unnest(p_counters) AS c ORDER BY c ON CONFLICT DO NOTHING;
    SELECT count(*) INTO v_locked FROM (
      SELECT 1 FROM hot.limit_counter WHERE counter = ANY(p_counters) ORDER BY counter FOR UPDATE) AS mine;
    -- A counter that was tidied away between the two statements is made again.
    EXIT WHEN v_locked = v_count;
  END LOOP;
  v_now := coalesce(p_now_ms, extract(epoch FROM clock_timestamp()) * 1000);
  DELETE FROM hot.limit_taken t WHERE t.counter = ANY(p_counters) AND t.ends_ms <= v_now;
  FOR i IN 1..v_count LOOP
    SELECT coalesce(sum(t.amount), 0), coalesce(max(t.ends_ms) - v_now, 0) INTO v_sum, v_rest
    FROM hot.limit_taken t WHERE t.counter = p_counters[i];
    v_used[i] := v_sum;
    v_reset[i] := CASE WHEN p_running[i] THEN 0 ELSE v_rest END;
    IF p_amounts[i] > p_limits[i] THEN v_wait[i] := NULL;
    ELSIF v_used[i] + p_amounts[i] <= p_limits[i] THEN v_wait[i] := 0;
    ELSIF p_running[i] THEN v_wait[i] := p_busy_ms;
    ELSE
      SELECT greatest(min(e.ends_ms) - v_now, 0.001) INTO v_rest FROM (
        SELECT t.ends_ms, sum(t.amount) OVER (ORDER BY t.ends_ms, t.cell) AS freed
        FROM hot.limit_taken t WHERE t.counter = p_counters[i]) AS e
      WHERE e.freed >= v_used[i] + p_amounts[i] - p_limits[i];
      v_wait[i] := v_rest;
    END IF;
    IF v_wait[i] IS DISTINCT FROM 0 AND NOT p_shadows[i] THEN v_fits := false; END IF;
  END LOOP;
  IF v_fits AND p_taking THEN
    FOR i IN 1..v_count LOOP
      CONTINUE WHEN v_wait[i] IS DISTINCT FROM 0;
      INSERT INTO hot.limit_taken AS t (counter, at_ms, ends_ms, amount)
      VALUES (p_counters[i], v_now, v_now + CASE WHEN p_running[i] THEN p_lapse_ms ELSE p_window_ms END, p_amounts[i])
      RETURNING t.cell INTO v_one;
      v_cell[i] := v_one;
      v_used[i] := v_used[i] + p_amounts[i];
      IF NOT p_running[i] THEN v_reset[i] := p_window_ms; END IF;
    END LOOP;
  END IF;
  RETURN QUERY SELECT v_fits AND p_taking, u, r, w, c
    FROM unnest(v_used, v_reset, v_wait, v_cell) WITH ORDINALITY AS x(u, r, w, c, n) ORDER BY n;
END $$;

-- What limits refused, and what shadow limits would have refused, by the hour: each node adds what it saw.
CREATE TABLE hot.limit_refusal (
  hour timestamptz NOT NULL,
  account_id uuid NOT NULL,
  scope text NOT NULL,
  scope_id text NOT NULL DEFAULT '', -- '': the default
  model text NOT NULL DEFAULT '', -- '': all models together
  metric text NOT NULL,
  shadow boolean NOT NULL,
  count bigint NOT NULL CHECK (count > 0),
  PRIMARY KEY (hour, account_id, scope, scope_id, model, metric, shadow)
) WITH (fillfactor = 70);

-- The Valkey or Redis that counts for all nodes, as entered by form; its password is in the address.
CREATE TABLE "limit_server" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "url" BYTEA NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "limit_server_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "limit_server_single" CHECK ("id" = 1)
);
