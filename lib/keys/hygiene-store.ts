import { isUuid } from "#lib/core/shapes";
import type { SortedPosition } from "#lib/core/sort";
import { queryRows, type SqlValue } from "#lib/db/pool";
import { type HygieneKind, hygieneKinds, type KeyHygiene, type ListKeys } from "./schema.ts";

const network = "network(set_masklen(ip, CASE family(ip) WHEN 4 THEN 24 ELSE 48 END))";
const seen = "SELECT 1 FROM hot.rollup_day_ip WHERE key_id = k.id::text";

/** Conditions on an active key `k`, read from the day rollup of its addresses. */
const conditions: Readonly<Record<HygieneKind, string>> = {
  neverUsed: `NOT EXISTS (${seen})`,
  idle90: `EXISTS (${seen}) AND NOT EXISTS (${seen} AND last_seen >= now() - interval '90 days')`,
  noExpiry: "k.expires_at IS NULL",
  noBudget: "k.budget_nano_usd IS NULL",
  manyNetworks: `(SELECT count(DISTINCT ${network}) FROM hot.rollup_day_ip
    WHERE key_id = k.id::text AND day >= current_date - 30) >= 5`,
};

const active =
  "k.deleted_at IS NULL AND k.status = 'active' AND (k.expires_at IS NULL OR k.expires_at > now())";

/** How many active keys of an account, or of all, each kind finds. */
export async function countHygiene(accountId: string | undefined): Promise<KeyHygiene> {
  const counts = hygieneKinds.map((kind) => `count(*) FILTER (WHERE ${conditions[kind]})::int AS "${kind}"`);
  const own = accountId === undefined ? "" : "AND k.account_id = $1::uuid";
  const [row] = await queryRows<KeyHygiene>(
    `SELECT ${counts.join(", ")} FROM api_key k WHERE ${active} ${own}`,
    accountId === undefined ? [] : [accountId],
  );
  return row ?? { neverUsed: 0, idle90: 0, noExpiry: 0, noBudget: 0, manyNetworks: 0 };
}

/** Ids of a page of the keys that a kind finds, in the query's order, up to `limit` + 1 after a position. */
export async function listHygieneIds(
  query: ListKeys & { hygiene: HygieneKind },
  after?: SortedPosition,
): Promise<string[]> {
  const values: SqlValue[] = [];
  const given = (value: SqlValue) => `$${values.push(value)}`;
  const parts = [active, conditions[query.hygiene]];
  if (query.accountId !== undefined) parts.push(`k.account_id = ${given(query.accountId)}::uuid`);
  if (query.status === "disabled") parts.push("false");
  if (query.q !== undefined && query.q.trim() !== "") parts.push(searchCondition(query.q.trim(), given));
  const [direction, beyond] = query.sort.startsWith("-") ? ["DESC", "<"] : ["ASC", ">"];
  const isByName = query.sort.endsWith("name");
  if (after !== undefined) {
    const id = `${given(after.id)}::uuid`;
    parts.push(isByName ? `(k.name, k.id) ${beyond} (${given(after.name)}, ${id})` : `k.id ${beyond} ${id}`);
  }
  const order = isByName ? `k.name ${direction}, k.id ${direction}` : `k.id ${direction}`;
  const rows = await queryRows<{ id: string }>(
    `SELECT k.id::text AS id FROM api_key k JOIN account a ON a.id = k.account_id
     WHERE ${parts.join(" AND ")} ORDER BY ${order} LIMIT ${query.limit + 1}`,
    values,
  );
  return rows.map(({ id }) => id);
}

/** The same search as of the whole list: name, account, prefix, last 4, id. */
function searchCondition(q: string, given: (value: SqlValue) => string): string {
  const part = given(`%${q.replaceAll(/[%_\\]/g, String.raw`\$&`)}%`);
  const prefix = given(q.startsWith("sk-tg-") ? q.slice(0, 12) : q);
  const id = isUuid(q) ? `OR k.id = ${given(q)}::uuid` : "";
  return `(k.name ILIKE ${part} OR a.name ILIKE ${part} OR starts_with(k.prefix, ${prefix}) OR k.last4 = ${given(q)} ${id})`;
}
