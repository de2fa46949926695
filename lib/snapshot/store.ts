import type pg from "pg";
import { credentialId, noCredential } from "#lib/channels/credential-id";
import { parseFraction } from "#lib/core/fraction";
import type { BudgetPeriod } from "#lib/funds/period";
import { grantKey } from "#lib/groups/access";
import { standingLimit } from "#lib/limits/grant";
import { parseComponents, priceComponentsSchema } from "#lib/pricing/schema";
import type { PriceComponents } from "#lib/pricing/units";
import type { PriceEntry, PriceVersion } from "#lib/pricing/versions";
import type { Changes, ChannelEntry, ChannelTimeouts, CredentialEntry } from "./entries.ts";

type OpenCredential = (sealed: Uint8Array, channelId: string) => string | null;

/** The newest revision, and the database's clock (ms epoch) when it was asked. */
export async function readRevision(on: pg.Pool): Promise<{ revision: bigint; databaseNowMs: number }> {
  const { rows } = await on.query<{ revision: bigint; now: Date }>({
    name: "read-revision",
    text: "SELECT revision, clock_timestamp() AS now FROM config_revision WHERE id = 1",
  });
  const row = rows[0];
  if (row === undefined) throw new Error("config_revision is empty: the database was not migrated");
  return { revision: row.revision, databaseNowMs: row.now.getTime() };
}

/**
 * Everything that was written after revision `since` (−1 = everything), as one consistent view: config writes
 * bump the revision in their own transaction and in turn, so what this view holds at revision R is all of R.
 */
export async function readChanges(pool: pg.Pool, since: bigint, open: OpenCredential): Promise<Changes> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const { rows } = await client.query<{ revision: bigint }>(
      "SELECT revision FROM config_revision WHERE id = 1",
    );
    const revision = rows[0]?.revision ?? 0n;
    const changes: Changes = {
      revision,
      keys: await readKeys(client, since),
      retiredSecrets: await readRetiredSecrets(client, since),
      accounts: await readAccounts(client, since),
      lines: await readLines(client, since),
      grants: await readGrants(client, since),
      models: await readModels(client, since),
      channels: await readChannels(client, since, open),
      priceVersions: await readPriceVersions(client, since),
      settings: await readSettings(client, since),
      limits: await readLimits(client, since),
    };
    await client.query("COMMIT");
    client.release();
    return changes;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function readKeys(client: pg.PoolClient, since: bigint): Promise<Changes["keys"]> {
  const { rows } = await client.query(
    `SELECT id, account_id, name, prefix, status, group_id, expires_at, budget_nano_usd, budget_period,
       models, allowed_cidrs, denied_cidrs, cut_at, encode(hash, 'hex') AS hash, deleted_at IS NOT NULL AS deleted
     FROM api_key WHERE revision > $1`,
    [since],
  );
  return rows.map((r) => ({
    id: r.id,
    hash: r.hash,
    entry: r.deleted
      ? null
      : {
          id: r.id,
          accountId: r.account_id,
          name: r.name,
          prefix: r.prefix,
          status: r.status,
          groupId: r.group_id,
          expiresAtMs: r.expires_at === null ? null : r.expires_at.getTime(),
          budget:
            r.budget_nano_usd === null
              ? null
              : { limitNanoUsd: r.budget_nano_usd, period: r.budget_period as BudgetPeriod },
          models: r.models === null || r.models.length === 0 ? null : new Set<string>(r.models),
          allowedCidrs: r.allowed_cidrs ?? [],
          deniedCidrs: r.denied_cidrs ?? [],
          cutAtMs: r.cut_at === null ? null : r.cut_at.getTime(),
        },
  }));
}

async function readRetiredSecrets(client: pg.PoolClient, since: bigint): Promise<Changes["retiredSecrets"]> {
  const { rows } = await client.query(
    `SELECT key_id, prefix, valid_until, encode(hash, 'hex') AS hash FROM retired_secret WHERE revision > $1`,
    [since],
  );
  return rows.map((r) => ({
    hash: r.hash,
    keyId: r.key_id,
    prefix: r.prefix,
    validUntilMs: r.valid_until.getTime(),
  }));
}

async function readAccounts(client: pg.PoolClient, since: bigint): Promise<Changes["accounts"]> {
  const { rows } = await client.query(
    "SELECT id, name, group_id, time_zone, status FROM account WHERE revision > $1",
    [since],
  );
  return rows.map((r) => ({
    id: r.id,
    name: r.name,
    groupId: r.group_id,
    timeZone: r.time_zone,
    status: r.status,
  }));
}

async function readLines(client: pg.PoolClient, since: bigint): Promise<NonNullable<Changes["lines"]>> {
  const { rows } = await client.query(
    "SELECT id, access, granted_models FROM account_group WHERE revision > $1",
    [since],
  );
  return rows.map((r) => ({
    id: r.id,
    access: r.access === "granted" ? { models: setOrAll(r.granted_models) } : null,
  }));
}

async function readGrants(client: pg.PoolClient, since: bigint): Promise<NonNullable<Changes["grants"]>> {
  const { rows } = await client.query(
    `SELECT group_id, account_id, models, expires_at, model_ends, revoked_at IS NOT NULL AS revoked
     FROM line_grant WHERE revision > $1`,
    [since],
  );
  return rows.map((r) => ({
    key: grantKey(r.group_id, r.account_id),
    grant: r.revoked
      ? null
      : {
          models: setOrAll(r.models),
          expiresAtMs: r.expires_at === null ? null : r.expires_at.getTime(),
          modelEndsMs: endsMs(r.model_ends),
        },
  }));
}

function endsMs(ends: Record<string, string | null>): Map<string, number | null> {
  return new Map(Object.entries(ends).map(([model, end]) => [model, end === null ? null : Date.parse(end)]));
}

async function readModels(client: pg.PoolClient, since: bigint): Promise<Changes["models"]> {
  const { rows } = await client.query(
    `SELECT id, vendor, kind, max_output_tokens, reasoning, context_window, official, created_at
     FROM model WHERE revision > $1`,
    [since],
  );
  return rows.map((r) => ({
    id: r.id,
    vendor: r.vendor,
    kind: r.kind,
    maxOutputTokens: r.max_output_tokens,
    reasoning: r.reasoning,
    contextWindow: r.context_window,
    official: readOfficial(r.official),
    createdAtMs: r.created_at.getTime(),
  }));
}

/** Only margins are computed from it: what cannot be read must not stop a node. */
function readOfficial(json: unknown): PriceComponents | null {
  const read = priceComponentsSchema.safeParse(json);
  return read.success ? read.data : null;
}

async function readChannels(
  client: pg.PoolClient,
  since: bigint,
  open: OpenCredential,
): Promise<Changes["channels"]> {
  const { rows } = await client.query(
    `SELECT c.*,
       coalesce((SELECT json_object_agg(m.model, m.upstream_model) FROM channel_model m
         WHERE m.channel_id = c.id), '{}') AS served,
       coalesce((SELECT json_object_agg(m.model, m.context_window) FROM channel_model m
         WHERE m.channel_id = c.id AND m.context_window IS NOT NULL), '{}') AS windows
     FROM channel c WHERE c.revision > $1`,
    [since],
  );
  return rows.map((r) => ({ id: r.id, entry: r.deleted_at !== null ? null : toChannel(r, open) }));
}

function toChannel(r: pg.QueryResultRow, open: OpenCredential): ChannelEntry {
  const costFraction = parseFraction(r.cost_multiplier);
  return {
    id: r.id,
    name: r.name,
    provider: r.provider,
    baseUrl: r.base_url,
    credentials: openCredentials(r, open),
    groups: setOrAll(r.groups),
    accounts: setOrAll(r.accounts),
    priority: r.priority,
    weight: r.weight,
    timeouts: r.timeouts as ChannelTimeouts,
    caps: r.caps as ChannelEntry["caps"],
    costMultiplier: Number(costFraction.num) / Number(costFraction.den),
    costFraction,
    injectUsage: r.inject_usage,
    status: r.status,
    models: new Map<string, string>(Object.entries(r.served)),
    contextWindows: new Map<string, number>(Object.entries(r.windows)),
  };
}

function openCredentials(r: pg.QueryResultRow, open: OpenCredential): CredentialEntry[] {
  const sealed: Uint8Array[] = r.credential === null ? [] : [r.credential, ...(r.more_credentials ?? [])];
  if (sealed.length === 0) return [{ id: noCredential(r.id), secret: null }];
  return sealed.flatMap((bytes) => {
    const secret = open(bytes, r.id);
    return secret === null ? [] : [{ id: credentialId(bytes), secret }];
  });
}

function setOrAll(values: string[] | null): ReadonlySet<string> | null {
  return values === null || values.length === 0 ? null : new Set(values);
}

async function readPriceVersions(client: pg.PoolClient, since: bigint): Promise<PriceVersion[]> {
  const { rows } = await client.query(
    `SELECT v.id, v.number, v.effective_at, e.kind, e.model_id, e.group_id, e.account_id, e.components, e.multiplier
     FROM price_version v LEFT JOIN price_entry e ON e.version_id = v.id
     WHERE v.revision > $1 AND v.state = 'published' ORDER BY v.number`,
    [since],
  );
  const versions = new Map<string, Omit<PriceVersion, "entries"> & { entries: PriceEntry[] }>();
  for (const r of rows) {
    const entries: PriceEntry[] = [];
    const version = versions.get(r.id) ?? {
      id: r.id,
      number: r.number,
      effectiveAt: r.effective_at.getTime(),
      entries,
    };
    versions.set(r.id, version);
    if (r.kind !== null) version.entries.push(toEntry(r));
  }
  return [...versions.values()];
}

function toEntry(r: pg.QueryResultRow): PriceEntry {
  if (r.kind === "group")
    return { kind: "group", groupId: r.group_id, multiplier: parseFraction(r.multiplier) };
  if (r.kind === "account" && r.model_id === null)
    return { kind: "discount", accountId: r.account_id, multiplier: parseFraction(r.multiplier) };
  const components = parseComponents(r.components);
  if (r.kind === "account")
    return { kind: "account", accountId: r.account_id, modelId: r.model_id, components };
  return { kind: "model", modelId: r.model_id, components };
}

async function readSettings(client: pg.PoolClient, since: bigint): Promise<Changes["settings"]> {
  const { rows } = await client.query("SELECT key, value FROM setting WHERE revision > $1", [since]);
  return rows.map((r) => ({ key: r.key, value: r.value }));
}

async function readLimits(client: pg.PoolClient, since: bigint): Promise<Changes["limits"]> {
  const { rows } = await client.query(
    `SELECT id, scope, nullif(scope_id, '') AS scope_id, nullif(model, '') AS model, metric, value, shadow,
       granted, granted_until, clock_timestamp() AS now
     FROM call_limit WHERE revision > $1`,
    [since],
  );
  return rows.map((r) => ({
    id: r.id,
    limit: standingLimit(
      { scope: r.scope, scopeId: r.scope_id, model: r.model, metric: r.metric },
      { value: r.value, shadow: r.shadow, granted: r.granted, grantedUntil: r.granted_until },
      r.now.getTime(),
    ),
  }));
}
