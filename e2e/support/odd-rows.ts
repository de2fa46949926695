import type pg from "pg";
import type { Operator } from "#bench/operator";

/** Names that lists must bear: long ones, Chinese, right to left. */
export const oddNames = [
  `A name that goes on and on ${"and on ".repeat(14)}`.trim().slice(0, 128),
  "海港分析有限公司 上海",
  "شركة الميناء للتحليلات",
  "חברת הנמל",
] as const;

/** A name per row: 200 characters without an end, words in three scripts, one letter. `n` counts the rows. */
const oddName = `CASE n % 6 WHEN 0 THEN left(repeat('goes-on-and-on ', 14), 200) WHEN 1 THEN '海港分析有限公司'
  WHEN 2 THEN 'شركة الميناء' WHEN 3 THEN repeat('Unbroken', 25) WHEN 4 THEN 'x' ELSE 'Plain' END`;

/** An address as long as one may be. */
const oddAddress = `'person-' || n || '@' || repeat('long-', 30) || 'example.com'`;

/** From a billionth of a dollar to more than anybody has. */
const oddAmount = `CASE n % 3 WHEN 0 THEN 1 WHEN 1 THEN 123456789123456 ELSE 1234567890 END`;

/**
 * `rows` of everything that the console's oldest lists show, and a few accounts with odd names, one a nano-dollar in
 * debt. Configuration stands at revision 0, so that a running gateway does not load it: it is there to be listed.
 */
export async function addOddRows(database: pg.Client, operator: Operator, rows: number): Promise<void> {
  for (const name of oddNames) {
    const account = await operator.createAccount({ name });
    await operator.createKey(account.id, { name });
  }
  const debtor = await operator.createAccount({ name: "In debt by a nano-dollar" });
  await database.query(
    `INSERT INTO hot.account_funds (account_id, balance) VALUES ($1, -1)
     ON CONFLICT (account_id) DO UPDATE SET balance = -1`,
    [debtor.id],
  );
  await database.query(
    `WITH made AS (
      INSERT INTO account (id, name, updated_at)
      SELECT uuidv7((-n || ' seconds')::interval), 'Account ' || n, now() FROM generate_series(1, $1::int) AS n
      RETURNING id, name)
    INSERT INTO api_key (id, account_id, name, hash, prefix, last4, updated_at)
    SELECT uuidv7(), id, 'Key of ' || name, sha256(id::text::bytea), 'sk-tg-' || left(md5(id::text), 6), right(md5(id::text), 4), now()
    FROM made`,
    [rows],
  );
  await database.query(
    `WITH ids AS (SELECT uuidv7((-n * 7 || ' seconds')::interval) AS id, n FROM generate_series(1, $1::int) AS n)
    INSERT INTO hot.request_log (request_id, created_at, node_id, key_prefix, ip, protocol, endpoint, model, attempts,
      stream, status, prompt_tokens, completion_tokens, cost, hold, latency_ms, usage_source)
    SELECT id, uuid_extract_timestamp(id), gen_random_uuid(), 'sk-tg-odd', '2001:db8::ffff:203.0.113.7', 'openai', 'chat',
      CASE n % 3 WHEN 0 THEN repeat('long-model-name/', 7) WHEN 1 THEN '模型' ELSE 'sim-chat' END, '[]', false, 200,
      CASE n % 2 WHEN 0 THEN 1234567890 ELSE 1 END, 0, CASE n % 2 WHEN 0 THEN 1 ELSE 123456789123456 END, 0, n, 'upstream'
    FROM ids`,
    [rows],
  );
  await database.query(
    `INSERT INTO audit_entry (id, actor_type, actor_id, actor_name, action, target_type, target_id, before, after)
    SELECT uuidv7((-n || ' seconds')::interval), 'user', 'x', 'Somebody', 'key.update', 'key', 'x-' || n, '{"a":1}', '{"a":2}'
    FROM generate_series(1, $1::int) AS n`,
    [rows],
  );
  await addSupplyAndPeople(database, rows);
}

async function addSupplyAndPeople(database: pg.Client, rows: number): Promise<void> {
  await database.query(
    `WITH made AS (
      INSERT INTO channel (id, name, provider, base_url, groups, priority, weight, status, cost_multiplier, updated_at)
      SELECT uuidv7((-n || ' seconds')::interval), ${oddName} || ' ' || n, 'openai-compatible',
        'https://' || repeat('sub.', 20) || 'example.com/v1', '{}', -n, 1, 'disabled', '1/3', now()
      FROM generate_series(1, $1::int) AS n RETURNING id)
    INSERT INTO channel_model (channel_id, model, upstream_model) SELECT id, 'gpt-4o-mini', 'gpt-4o-mini' FROM made`,
    [rows],
  );
  await database.query(
    `INSERT INTO model (id, vendor, display_name, kind, sync_policy, official, official_source, official_source_date, updated_at)
    SELECT 'odd/' || repeat('very-long-model-id-', 5) || n, repeat('vendor', 6), ${oddName}, 'chat', 'manual', '{}', 'nowhere',
      '2026-01-01', now() FROM generate_series(1, $1::int) AS n ON CONFLICT DO NOTHING`,
    [rows],
  );
  await database.query(
    `INSERT INTO app_user (id, email, name, password_hash, role, updated_at)
    SELECT uuidv7((-n || ' seconds')::interval), ${oddAddress}, ${oddName}, '', 'customer', now()
    FROM generate_series(1, $1::int) AS n ON CONFLICT DO NOTHING`,
    [rows],
  );
  await database.query(
    `INSERT INTO mail (id, "to", subject, text, html, template, locale, state, tries, message_id, created_at)
    SELECT uuidv7((-n || ' seconds')::interval), ${oddAddress}, ${oddName}, 'x', 'x', 'test-mail', 'en',
      'sent', 1, '<' || n || '@test>', now() FROM generate_series(1, $1::int) AS n ON CONFLICT DO NOTHING`,
    [rows],
  );
}

/** An INSERT of a table's rows, `n` being the row's number; `ids` are those of 200 accounts with a key, `keys` their keys', where `perAccount`. */
type Filling = { into: string; columns: string; values: string; perAccount?: true; most?: number };

const id = "uuidv7((-n || ' seconds')::interval)";
const account = "ids[1 + n % array_length(ids, 1)]";

const elsewhere: readonly Filling[] = [
  {
    into: "limit_request",
    columns:
      "id, account_id, model, metric, wanted, reason, stood, state, asked_by, decided_by, decided_at, created_at",
    values: `${id}, ${account}, CASE n % 2 WHEN 0 THEN 'gpt-4o-mini' ELSE repeat('long-model-name/', 7) END, 'tpm',
      CASE n % 2 WHEN 0 THEN 9007199254740991 ELSE 1 END, ${oddName}, 10, CASE n % 3 WHEN 0 THEN 'waiting' ELSE 'refused' END,
      ${oddName}, CASE WHEN n % 3 > 0 THEN 'Somebody' END, CASE WHEN n % 3 > 0 THEN now() END, now() - n * interval '1 minute'`,
    perAccount: true,
  },
  {
    into: "subscriber",
    columns:
      "id, email, name, state, confirmed_at, ended_at, follows_all, vendors, models, locale, link_key, consent, updated_at",
    values: `${id}, ${oddAddress}, ${oddName}, CASE n % 2 WHEN 0 THEN 'confirmed' ELSE 'suppressed' END, now(),
      CASE WHEN n % 2 = 1 THEN now() END, n % 2 = 0, '{}', array_fill(repeat('long-model-name/', 7), ARRAY[n % 9]), 'en',
      '\\x00', ${oddName}, now()`,
  },
  {
    into: "announcement",
    columns: "id, kind, state, title, text, published_at, updated_at",
    values: `${id}, 'notice', 'published', ${oddName}, 'Words', now() - n * interval '1 hour', now()`,
  },
  {
    into: "recharge",
    columns:
      "id, account_id, method, order_no, amount, currency, rate, rate_date, credit_nano_usd, status, note, credited_at",
    values: `${id}, ${account}, 'manual', repeat('order-', 20) || n, ${oddAmount} / 1000.0, 'CNY', '1/7', '2026-01-01',
      ${oddAmount}, 'credited', ${oddName}, now() - n * interval '1 hour'`,
    perAccount: true,
  },
  {
    into: "price_version",
    columns: "id, number, state, note, effective_at, published_at, created_by",
    values: `${id}, 100000 + n, 'published', ${oddName}, now() - n * interval '1 hour', now() - n * interval '1 hour', ${oddName}`,
  },
  {
    into: "hot.spool_dead",
    columns: "id, node_id, seq, row, error_class, at",
    values: `${id}, gen_random_uuid(), n, '{"unreadable":"x"}', repeat('22P02', 12), now() - n * interval '1 minute'`,
  },
  {
    into: "hot.node_report",
    columns:
      "node_id, seen_at, started_at, version, host, engine, spool_rows, spool_bytes, spool_lag_ms, clock_offset_ms, parts",
    values: `${id}, now() - n * interval '1 minute', now() - interval '1 day', '1.2.3-' || repeat('pre', 9), ${oddName},
      'leased', n * 1000, n, n * 1000, 0, '[]'`,
  },
  {
    into: "hot.ledger_transaction",
    columns: "id, created_at, kind, account_id, reference, note, actor",
    values: `${id}, now() - n * interval '1 minute', 'adjustment', ${account}, repeat('reference-', 12) || n, ${oddName}, 'user:x'`,
    perAccount: true,
  },
  {
    into: "hot.rollup_day_ip",
    columns: "day, key_id, ip, account_id, requests, errors, cost, first_seen, last_seen, user_agent",
    values: `current_date, ${account}::text, '2001:db8::ffff:0:0'::inet + n, ${account}::text, n * 100, n, ${oddAmount},
      now() - interval '1 hour', now(), ${oddName}`,
    perAccount: true,
  },
  {
    into: "incident",
    columns:
      "id, key_id, account_id, cause, state, score, signals, networks, requests, spent_nano_usd, since, opened_at, last_seen_at, closed_at",
    values: `${id}, keys[1 + n % array_length(ids, 1)], ${account}, CASE n % 2 WHEN 0 THEN 'leak' ELSE 'pattern' END,
      CASE n % 3 WHEN 0 THEN 'dismissed' ELSE 'open' END, n % 101,
      jsonb_build_array(jsonb_build_object('kind', 'new_client', 'weight', 40, 'figures', jsonb_build_object('agent', ${oddName}))),
      CASE n % 4 WHEN 0 THEN '{}'::text[] ELSE '{2001:db8:ffff:ffff::/64,203.0.113.0/24,198.51.100.0/24}' END, n * 1000, ${oddAmount},
      now() - n * interval '1 minute', now() - n * interval '1 minute', now(), CASE n % 3 WHEN 0 THEN now() END`,
    perAccount: true,
  },
  {
    into: "recharge_claim",
    columns: "id, account_id, order_no, amount, currency, note, asked_by",
    values: `${id}, ${account}, repeat('order-', 20) || n, ${oddAmount} / 1000.0, 'CNY', ${oddName}, ${oddName}`,
    perAccount: true,
    // They wait for a person, above the orders.
    most: 60,
  },
  {
    into: "tier_grant",
    columns:
      "id, tier_id, account_id, state, percent, figures, decided_by, decided_at, ended_by, ended_at, reason",
    values: `${id}, (SELECT t.id FROM discount_tier t ORDER BY t.id LIMIT 1), ${account}, 'ended', '25/3',
      jsonb_build_object('kind', 'cumulative', 'currency', 'CNY', 'threshold', '3000', 'value', '0.000000001', 'recharges', n, 'days', '[]'::jsonb, 'timeZone', NULL),
      ${oddName}, now(), ${oddName}, now(), ${oddName}`,
    perAccount: true,
  },
  {
    into: "call_limit",
    columns: "id, scope, scope_id, model, metric, value, note, updated_at",
    values: `${id}, 'account', ${account}::text, CASE n % 2 WHEN 0 THEN '' ELSE repeat('long-model-name/', 7) || n END,
      CASE n % 2 WHEN 0 THEN 'rpm' ELSE 'tpm' END, CASE n % 3 WHEN 0 THEN 9007199254740991 ELSE 1 END, ${oddName}, now()`,
    perAccount: true,
  },
  {
    into: "exchange_rate",
    columns: "currency, date, usd_per_unit, source",
    values: `'JPY', to_char(date '2026-01-01' - n, 'YYYY-MM-DD'), CASE n % 2 WHEN 0 THEN '1/150' ELSE '0.000000001' END, ${oddName}`,
  },
  {
    into: "invitation",
    columns: "id, email, role, account_id, member_role, invited_by, expires_at",
    values: `${id}, ${oddAddress}, CASE n % 2 WHEN 0 THEN 'support' END, CASE n % 2 WHEN 1 THEN ${account} END,
      CASE n % 2 WHEN 1 THEN 'admin' END, gen_random_uuid(), now() + n * interval '1 minute'`,
    perAccount: true,
  },
  {
    into: "account_group",
    columns: "id, name, description, updated_at",
    values: `'odd-' || n, ${oddName}, ${oddName}, now()`,
    // Groups are columns elsewhere; nobody has more.
    most: 100,
  },
];

/** `rows` of everything that the lists of one account, of one key and of one channel show. */
export async function addOddRowsOfOne(
  database: Pick<pg.Client, "query">,
  { accountId, keyId, channelId }: { accountId: string; keyId: string; channelId: string },
  rows: number,
): Promise<void> {
  const make = (sql: string, values: unknown[] = [accountId]) =>
    database.query(sql.replace("$n", `generate_series(1, ${rows}) AS n`), values);
  await make(
    `INSERT INTO api_key (id, account_id, name, hash, prefix, last4, budget_nano_usd, budget_period, updated_at)
     SELECT ${id}, $1::uuid, ${oddName}, sha256(($1::uuid || ' ' || n)::bytea), 'sk-tg-oddodd', 'oddo', ${oddAmount}, 'month', now()
     FROM $n ON CONFLICT DO NOTHING`,
  );
  await make(
    `INSERT INTO membership (user_id, account_id, role)
     SELECT id, $1::uuid, CASE n % 2 WHEN 0 THEN 'admin' ELSE 'member' END
     FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM app_user WHERE email LIKE 'person-%' LIMIT ${rows}) AS u ON CONFLICT DO NOTHING`,
  );
  await make(
    `INSERT INTO hot.ledger_transaction (id, created_at, kind, account_id, reference, note, actor)
     SELECT ${id}, now() - n * interval '1 minute', 'adjustment', $1::uuid, repeat('reference-', 12) || n, ${oddName}, 'user:x'
     FROM $n`,
  );
  await make(
    `INSERT INTO channel_model (channel_id, model, upstream_model)
     SELECT $1::uuid, repeat('long-model-name/', 7) || n, repeat('upstream/', 12) || n FROM $n ON CONFLICT DO NOTHING`,
    [channelId],
  );
  await make(
    `INSERT INTO hot.request_log (request_id, created_at, node_id, account_id, key_id, key_prefix, ip, protocol, endpoint, model, attempts,
       stream, status, prompt_tokens, completion_tokens, cost, hold, latency_ms, usage_source)
     SELECT id, uuid_extract_timestamp(id), gen_random_uuid(), $1::uuid, $2::uuid, 'sk-tg-odd', '2001:db8::ffff:203.0.113.7', 'openai', 'chat',
       CASE n % 3 WHEN 0 THEN repeat('long-model-name/', 7) WHEN 1 THEN '模型' ELSE 'sim-chat' END, '[]', false, 200,
       CASE n % 2 WHEN 0 THEN 1234567890 ELSE 1 END, 0, ${oddAmount}, 0, n, 'upstream'
     FROM (SELECT ${id} AS id, n FROM $n) AS ids`,
    [accountId, keyId],
  );
  await make(
    `INSERT INTO hot.rollup_minute_key (minute, account_id, key_id, model, requests, errors, prompt_tokens, completion_tokens, images, cost)
     SELECT date_trunc('minute', now()) - n * interval '1 minute', $1::text, $2::text, 'sim-chat', n, 0, 1, 1, 0, ${oddAmount} FROM $n
     ON CONFLICT DO NOTHING`,
    [accountId, keyId],
  );
  await addEntries(database);
}

/**
 * `rows` of everything else that has a list: what would stand in other tests' way where they share a gateway, because
 * it waits for a person or the books have to agree with it. What is there from an earlier time stays.
 */
export async function addOddRowsElsewhere(database: pg.Client, rows: number): Promise<void> {
  await database.query("BEGIN");
  for (const { into, columns, values, perAccount, most = rows } of elsewhere) {
    const accounts = `(SELECT array_agg(account_id) AS ids, array_agg(id) AS keys FROM
      (SELECT DISTINCT ON (account_id) account_id, id FROM api_key ORDER BY account_id DESC LIMIT 200) AS k)`;
    await database.query(
      `INSERT INTO ${into} (${columns}) SELECT ${values} FROM generate_series(1, ${Math.min(rows, most)}) AS n
       ${perAccount ? `, ${accounts} AS a` : ""} ON CONFLICT DO NOTHING`,
    );
  }
  await addEntries(database);
  await database.query("COMMIT");
}

/** Both sides of each ledger transaction, from a billionth of a dollar on, in and out. */
async function addEntries(database: Pick<pg.Client, "query">): Promise<void> {
  await database.query(
    `INSERT INTO hot.ledger_entry (transaction_id, line, ledger_account, account_id, amount)
     SELECT id, side.line, side.name, CASE side.line WHEN 0 THEN account_id END, side.sign * amount
     FROM (SELECT id, account_id, CASE n % 4 WHEN 0 THEN 1 WHEN 1 THEN -1 WHEN 2 THEN -123456789123456 ELSE 1234567890 END AS amount
       FROM (SELECT id, account_id, row_number() OVER () AS n FROM hot.ledger_transaction WHERE reference LIKE 'reference-%') AS t) AS t,
       (VALUES (0, 'customer', 1), (1, 'adjustment', -1)) AS side (line, name, sign) ON CONFLICT DO NOTHING`,
  );
}
