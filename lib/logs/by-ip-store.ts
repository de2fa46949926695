import { formatUsd } from "#lib/core/money";
import { queryReport } from "#lib/db/bounded";
import type { SqlValue } from "#lib/db/pool";
import type { IpRange } from "./by-ip-plan.ts";
import type { ByIpQuery, IpDaysQuery, IpReport, KeyAtIp } from "./by-ip-schema.ts";
import { addressOf, networkOf } from "./filters.ts";
import { findNames } from "./name-store.ts";

/** Where a page of reports ended: the value it is sorted by, as text, and the address or network. */
export type IpPosition = readonly [value: string, ip: string];
export type IpDayPosition = readonly [day: string, ip: string, keyId: string];

type StoredReport = Omit<
  IpReport,
  "cost" | "firstSeen" | "lastSeen" | "promptTokens" | "completionTokens"
> & {
  promptTokens: string;
  completionTokens: string;
  cost: string;
  firstSeen: Date;
  lastSeen: Date;
  position: string;
};

/** Reports per address or network, the largest first, up to `limit` + 1, each with its position. */
export async function listByIp(
  query: ByIpQuery,
  range: IpRange,
  after?: IpPosition,
): Promise<{ report: IpReport; position: IpPosition }[]> {
  const values: SqlValue[] = [];
  const given = (value: SqlValue) => `$${values.push(value)}`;
  const source = range.precision === "day" ? days : calls;
  const where = conditionOf(query, range, given);
  const group = query.by === "network" ? networkColumn : "host(ip)";
  const { value, type } = sorts[query.sort];
  const having =
    after === undefined
      ? ""
      : `HAVING (${value}, ${group}) < (${given(after[0])}::${type}, ${given(after[1])})`;
  const rows = await queryReport<StoredReport>(
    `SELECT ${group} AS ip, ${sums}, (${value})::text AS position, ${newIn(query, range, group, given)} AS "isNew"
     FROM (${source} WHERE ${where}) AS seen GROUP BY ${group} ${having}
     ORDER BY ${value} DESC, ${group} DESC LIMIT ${query.limit + 1}`,
    values,
  );
  return rows.map(({ position, ...row }) => ({ report: toReport(row), position: [position, row.ip] }));
}

/** The day rollup itself, newest first: the strip of a key's addresses over time, and the keys of one address. */
export async function listIpDays(
  query: IpDaysQuery,
  range: IpRange,
  after?: IpDayPosition,
): Promise<KeyAtIp[]> {
  const values: SqlValue[] = [];
  const given = (value: SqlValue) => `$${values.push(value)}`;
  const parts = [conditionOf(query, { ...range, precision: "day" }, given)];
  if (after !== undefined) {
    parts.push(
      `(day, ip, key_id) < (${given(after[0])}::date, ${given(after[1])}::inet, ${given(after[2])})`,
    );
  }
  const rows = await queryReport<Omit<KeyAtIp, "keyName" | "accountName" | "firstSeen" | "lastSeen"> & Seen>(
    `SELECT day::text, host(ip) AS ip, key_id AS "keyId", account_id AS "accountId", requests::float8, errors::float8,
       cost::text, first_seen AS "firstSeen", last_seen AS "lastSeen"
     FROM hot.rollup_day_ip WHERE ${parts.join(" AND ")}
     ORDER BY day DESC, ip DESC, key_id DESC LIMIT ${query.limit + 1}`,
    values,
  );
  const names = await findNames({
    keys: rows.map((row) => row.keyId),
    accounts: rows.map((row) => row.accountId),
  });
  return rows.map((row) => ({
    ...row,
    keyName: names.get(row.keyId) ?? null,
    accountName: names.get(row.accountId) ?? null,
    cost: formatUsd(BigInt(row.cost)),
    firstSeen: row.firstSeen.toISOString(),
    lastSeen: row.lastSeen.toISOString(),
  }));
}

type Seen = { firstSeen: Date; lastSeen: Date };

const networkColumn = "network(set_masklen(ip, CASE family(ip) WHEN 4 THEN 24 ELSE 48 END))::text";

const sorts = {
  lastSeen: { value: "max(last_seen)", type: "timestamptz" },
  requests: { value: "sum(requests)", type: "numeric" },
  cost: { value: "sum(cost)", type: "numeric" },
  errors: { value: "sum(errors)", type: "numeric" },
} as const satisfies Record<ByIpQuery["sort"], { value: string; type: string }>;

const sums = `sum(requests)::float8 AS requests, sum(errors)::float8 AS errors, sum(prompt_tokens)::text AS "promptTokens",
  sum(completion_tokens)::text AS "completionTokens", sum(cost)::text AS cost, count(DISTINCT key_id)::int AS keys,
  count(DISTINCT account_id)::int AS accounts, count(DISTINCT ip)::int AS addresses,
  (array_agg(user_agent ORDER BY last_seen DESC))[1] AS "userAgent", min(first_seen) AS "firstSeen",
  max(last_seen) AS "lastSeen"`;

const days = `SELECT ip, key_id, account_id, requests, errors, prompt_tokens, completion_tokens, cost, user_agent,
  first_seen, last_seen FROM hot.rollup_day_ip`;

const calls = `SELECT ip, key_id::text, account_id::text, repeats AS requests,
  CASE WHEN status >= 400 THEN repeats ELSE 0 END AS errors, prompt_tokens, completion_tokens, cost, user_agent,
  created_at AS first_seen, created_at AS last_seen FROM hot.request_log`;

type Given = (value: SqlValue) => string;

function conditionOf(
  query: IpDaysQuery | ByIpQuery,
  { fromMs, toMs, precision }: IpRange,
  given: Given,
): string {
  const parts =
    precision === "day"
      ? [`day >= ${given(dayOf(fromMs))}::date`, `day < ${given(dayOf(toMs))}::date`]
      : [
          "ip IS NOT NULL",
          `created_at >= ${given(new Date(fromMs))}`,
          `created_at < ${given(new Date(toMs))}`,
        ];
  const id = precision === "day" ? "" : "::uuid";
  if (query.accountId !== undefined) parts.push(`account_id = ${given(query.accountId)}${id}`);
  if (query.keyId !== undefined) parts.push(`key_id = ${given(query.keyId)}${id}`);
  if (query.ip !== undefined) parts.push(`ip = ${given(addressOf(query.ip))}::inet`);
  if (query.cidr !== undefined) parts.push(`ip <<= ${given(networkOf(query.cidr))}::inet`);
  return parts.join(" AND ");
}

/** New to a key is what no earlier day of the key has seen; the past is read once, not per group. */
function newIn(query: ByIpQuery, { fromMs }: IpRange, group: string, given: Given): string {
  if (query.keyId === undefined) return "false";
  return `${group} NOT IN (SELECT ${group} FROM hot.rollup_day_ip
    WHERE key_id = ${given(query.keyId)} AND first_seen < ${given(new Date(fromMs))})`;
}

function toReport(row: Omit<StoredReport, "position">): IpReport {
  return {
    ...row,
    promptTokens: Number(row.promptTokens),
    completionTokens: Number(row.completionTokens),
    cost: formatUsd(BigInt(row.cost)),
    firstSeen: row.firstSeen.toISOString(),
    lastSeen: row.lastSeen.toISOString(),
  };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
