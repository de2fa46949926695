import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closePool, pool, queryRows } from "#lib/db/pool";
import { testDatabase } from "#lib/db/testing";
import { makeSecret, secretParts } from "#lib/keys/secret";
import type { Limit } from "#lib/limits/resolve";
import { fakeUpstreams } from "#lib/providers/testing";
import { applied } from "#lib/runtime/applied";
import { loadConfig, setConfig } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { peerHeader, peerValue } from "#lib/runtime/peer";
import { clearSingleton } from "#lib/runtime/singletons";
import { openMasterKey } from "#lib/secrets/live";
import { gateway, type Runtime, startRuntime } from "./live.ts";

/** A gateway in this process on a database of its own, with what a test needs to fill it. */
export type TestGateway = Awaited<ReturnType<typeof startTestGateway>>;

/** Model "m": $1 per million prompt tokens, $2 per million completion tokens. Group "default": × 1. */
export async function startTestGateway() {
  const database = await testDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), "tollgate-"));
  setConfig(
    loadConfig({
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      LOG_LEVEL: "silent",
      FUNDS: "direct",
      PORT: "1",
    }),
  );
  await openMasterKey();
  await fill();
  let runtime: Runtime = await startRuntime();
  const spare = [...SPARE_MODELS];
  const upstreams = fakeUpstreams();
  return {
    /** A priced model that no channel serves yet. */
    spareModel(): string {
      const model = spare.pop();
      if (model === undefined) throw new Error("no spare model is left: make more");
      return model;
    },
    call: (body: unknown, secret: string, init: RequestInit & { ip?: string; path?: string } = {}) =>
      gateway(requestOf(body, secret, init)),
    addAccount,
    addKey,
    addChannel,
    changeChannel,
    /** An upstream that answers as told, for a channel to lead to. */
    startUpstream: upstreams.start,
    setLimit,
    restrict,
    grant,
    fenceKey,
    priceModel,
    rows: () =>
      queryRows<{
        request_id: string;
        status: number;
        error_code: string | null;
        cost: bigint;
        [name: string]: unknown;
      }>("SELECT * FROM hot.request_log ORDER BY created_at, request_id"),
    funds: async (accountId: string) =>
      (
        await queryRows<{ balance: bigint; held: bigint }>(
          "SELECT balance, held FROM hot.account_funds WHERE account_id = $1",
          [accountId],
        )
      )[0],
    ledgerSum: async (accountId: string) =>
      BigInt(
        (
          await queryRows<{ sum: string | null }>(
            "SELECT sum(amount)::text AS sum FROM hot.ledger_entry WHERE account_id = $1",
            [accountId],
          )
        )[0]?.sum ?? 0,
      ),
    /** Resolves when every settlement so far is committed. */
    async restart() {
      await runtime.stop();
      runtime = await startRuntime();
    },
    async stop() {
      await runtime.stop();
      upstreams.stop();
      await closePool();
      for (const name of ["pool", "gateway", "applier", "config", "log", "master-key"]) clearSingleton(name);
      await database.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Models priced as "m" is, for tests whose channels must not be others'. */
const SPARE_MODELS = Array.from({ length: 30 }, (_, index) => `spare-${index}`);

async function fill(): Promise<void> {
  await pool().query(`
    INSERT INTO account_group (id, name, updated_at) VALUES ('default', 'Default', now());
    INSERT INTO model (id, vendor, display_name, kind, sync_policy, official, official_source, official_source_date, updated_at)
      SELECT m, 'test', m, 'chat', 'manual', '{}', 'test', '2026-01-01', now() FROM unnest(ARRAY['m', 'free', 'bare', ${SPARE_MODELS.map((id) => `'${id}'`).join()}]) AS m`);
  const version = newId();
  await pool().query("INSERT INTO price_version (id, state) VALUES ($1, 'draft')", [version]);
  await pool().query(
    `INSERT INTO price_entry (id, version_id, kind, model_id, group_id, components, multiplier) VALUES
      ($1, $4, 'model', 'm', NULL, '{"input":"1000","output":"2000"}', NULL),
      ($2, $4, 'model', 'free', NULL, '{"input":"0","output":"0"}', NULL),
      ($3, $4, 'group', NULL, 'default', NULL, '1')`,
    [newId(), newId(), newId(), version],
  );
  await pool().query(
    `INSERT INTO price_entry (id, version_id, kind, model_id, components)
     SELECT gen_random_uuid(), $1, 'model', id, '{"input":"1000","output":"2000"}' FROM unnest($2::text[]) AS id`,
    [version, SPARE_MODELS],
  );
  await pool().query(
    "UPDATE price_version SET state = 'published', effective_at = now() - interval '1 hour', published_at = now() WHERE id = $1",
    [version],
  );
}

async function addAccount({ balanceNanoUsd = 10n ** 12n, timeZone = "UTC" } = {}): Promise<string> {
  const id = newId();
  const transaction = newId();
  await config(
    "INSERT INTO account (id, name, time_zone, updated_at, revision) VALUES ($1, $2, $3, now(), $4)",
    [id, id, timeZone],
  );
  await pool().query("INSERT INTO hot.account_funds (account_id, balance) VALUES ($1, $2)", [
    id,
    balanceNanoUsd,
  ]);
  await pool().query(
    `WITH t AS (INSERT INTO hot.ledger_transaction (id, kind, account_id) VALUES ($1, 'adjustment', $2))
     INSERT INTO hot.ledger_entry VALUES ($1, 1, 'customer', $2, $3), ($1, 2, 'cash', NULL, $4)`,
    [transaction, id, balanceNanoUsd, -balanceNanoUsd],
  );
  return id;
}

type KeyOptions = {
  status?: string;
  expiresAt?: Date;
  budgetNanoUsd?: bigint;
  models?: string[];
  allowedCidrs?: string[];
};

async function addKey(accountId: string, options: KeyOptions = {}): Promise<string> {
  const secret = makeSecret((size) => crypto.getRandomValues(new Uint8Array(size)));
  const { hash, prefix, last4 } = secretParts(secret);
  await config(
    `INSERT INTO api_key (id, account_id, name, hash, prefix, last4, status, expires_at, budget_nano_usd, budget_period, models, allowed_cidrs, updated_at, revision)
     VALUES ($1, $2, 'test', $3, $4, $5, $6, $7, $8, $9, $10, $11, now(), $12)`,
    [
      newId(),
      accountId,
      Buffer.from(hash),
      prefix,
      last4,
      options.status ?? "active",
      options.expiresAt ?? null,
      options.budgetNanoUsd ?? null,
      options.budgetNanoUsd === undefined ? null : "day",
      options.models ?? [],
      options.allowedCidrs ?? [],
    ],
  );
  return secret;
}

type ChannelOptions = {
  /** Of an openai-compatible upstream; without it the simulator answers. */
  baseUrl?: string;
  priority?: number;
  injectUsage?: boolean;
  timeouts?: object;
  /** Context windows by model. */
  windows?: Record<string, number>;
  /** Ids of the groups that it is for; default: all. */
  groups?: string[];
};

/** A simulator channel; `models` maps our names to upstream's, whose suffixes are faults (lib/providers/simulation.ts). */
async function addChannel(models: Record<string, string>, options: ChannelOptions = {}): Promise<string> {
  const id = newId();
  const { baseUrl, priority = 0, injectUsage = true, timeouts = {}, windows = {}, groups = [] } = options;
  await pool().query(
    `INSERT INTO channel (id, name, provider, base_url, priority, inject_usage, timeouts, groups, updated_at)
     VALUES ($1, 'test', $2, $3, $4, $5, $6, $7, now())`,
    [
      id,
      baseUrl === undefined ? "simulator" : "openai-compatible",
      baseUrl ?? "",
      priority,
      injectUsage,
      timeouts,
      groups,
    ],
  );
  await pool().query(
    "INSERT INTO channel_model (channel_id, model, upstream_model) SELECT $1, key, value FROM json_each_text($2)",
    [id, JSON.stringify(models)],
  );
  for (const [model, tokens] of Object.entries(windows)) {
    await pool().query("UPDATE channel_model SET context_window = $3 WHERE channel_id = $1 AND model = $2", [
      id,
      model,
      tokens,
    ]);
  }
  await config("UPDATE channel SET revision = $2 WHERE id = $1", [id]);
  return id;
}

/** Changes columns of a channel, as an operator would. */
async function changeChannel(id: string, columns: Record<string, unknown>): Promise<void> {
  const names = Object.keys(columns);
  const set = names.map((name, at) => `${name} = $${at + 2}`).join();
  await config(`UPDATE channel SET ${set}, revision = $${names.length + 2} WHERE id = $1`, [
    id,
    ...Object.values(columns),
  ]);
}

/** Makes a model with prices of its own, nano-USD per unit. */
async function priceModel(
  id: string,
  components: Record<string, string | object>,
  kind = "image",
): Promise<void> {
  await config(
    `INSERT INTO model (id, vendor, display_name, kind, sync_policy, official, official_source, official_source_date, updated_at, revision)
     VALUES ($1, 'test', $1, $3, 'manual', $2, 'test', '2026-01-01', now(), $4)`,
    [id, components, kind],
  );
  const version = newId();
  await config(
    `WITH v AS (INSERT INTO price_version (id, state, effective_at, published_at, revision)
       VALUES ($1, 'published', now() - interval '1 minute', now(), $4))
     INSERT INTO price_entry (id, version_id, kind, model_id, components) VALUES (gen_random_uuid(), $1, 'model', $2, $3)`,
    [version, id, components],
  );
}

/** Sets a limit, as an operator would. `shadow`: it only counts. */
async function setLimit(limit: Limit): Promise<void> {
  await config(
    `INSERT INTO call_limit (id, scope, scope_id, model, metric, value, shadow, updated_at, revision)
     VALUES ($1, $2, $3, $4, $5, $6, $7, now(), $8)
     ON CONFLICT (scope, scope_id, model, metric) DO UPDATE SET value = $6, shadow = $7, revision = $8`,
    [
      newId(),
      limit.scope,
      limit.scopeId ?? "",
      limit.model ?? "",
      limit.metric,
      limit.value,
      limit.shadow ?? false,
    ],
  );
}

/** From now on a model of the default line needs a grant. */
async function restrict(model: string): Promise<void> {
  await config(
    "UPDATE account_group SET access = 'granted', granted_models = ARRAY[$1], revision = $2 WHERE id = 'default'",
    [model],
  );
}

/** Opens what needs a grant on the default line for an account, until a time. */
async function grant(accountId: string, expiresAt: Date): Promise<void> {
  await config(
    `INSERT INTO line_grant (group_id, account_id, expires_at, updated_at, revision) VALUES ('default', $1, $2, now(), $3)
     ON CONFLICT (group_id, account_id) DO UPDATE SET expires_at = $2, revision = $3`,
    [accountId, expiresAt],
  );
}

/** Changes a key as an action of an incident does; in force when it returns. */
async function fenceKey(
  secret: string,
  { status = "active", deniedCidrs = [] as string[], cut = true },
): Promise<void> {
  await config(
    `UPDATE api_key SET status = $2, denied_cidrs = $3, cut_at = CASE WHEN $4 THEN clock_timestamp() END, revision = $5
     WHERE prefix = $1`,
    [secretParts(secret).prefix, status, deniedCidrs, cut],
  );
}

/** A config write as a service does it: the last parameter is the new revision. */
async function config(sql: string, values: unknown[]): Promise<void> {
  const client = await pool().connect();
  await client.query("BEGIN");
  const { rows } = await client.query(
    "UPDATE config_revision SET revision = revision + 1 RETURNING revision",
  );
  await client.query(sql, [...values, rows[0]?.revision]);
  await client.query("COMMIT");
  client.release();
  await applied(rows[0]?.revision);
}

function requestOf(
  body: unknown,
  secret: string,
  { ip = "192.0.2.1", path = "/v1/chat/completions", ...init }: RequestInit & { ip?: string; path?: string },
): Request {
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${secret}`);
  // A form brings its own, with its boundary.
  if (!(init.body instanceof FormData) && !headers.has("content-type"))
    headers.set("content-type", "application/json");
  headers.set(peerHeader, peerValue(ip));
  return new Request(`http://gateway.test${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    ...init,
    headers,
  });
}
