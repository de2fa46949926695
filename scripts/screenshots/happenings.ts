import type pg from "pg";
import type { Operator } from "#bench/operator";
import { mailedLink } from "../../e2e/support/people.ts";

/** Somebody of the demo's first customer, who has signed up. */
export const CUSTOMER = { email: "mara@harbour.example", password: "a password of one's own" };

/** What a month brings besides calls: a suspicion, payments that wait, news, a draft of prices, a person of a customer's. */
export async function addHappenings(database: pg.Client, operator: Operator): Promise<void> {
  const accounts = await operator.all<{ id: string; name: string }>("/api/accounts");
  const idOf = (name: string) => accounts.find((account) => account.name === name)?.id ?? "";
  const harbour = idOf("Harbour Analytics");
  await addPayments(operator, [harbour, idOf("Northwind Freight"), idOf("Lena Vogt")]);
  await database.query(
    "UPDATE recharge SET created_at = now() - interval '34 minutes' WHERE status = 'pending'",
  );
  await operator.need("POST", "/api/announcements", {
    title: "Maintenance on Sunday night",
    text: "From 01:00 to 02:00 UTC the console may be slow. **Calls go on.**",
  });
  await operator.need("POST", "/api/prices/versions", {
    entries: [
      { model: "gpt-4o", modelMultiplier: "1.1", reason: "Promotion in December" },
      { group: "enterprise", multiplier: "0.85" },
    ],
  });
  await operator.need("PUT", "/api/limits", {
    ...{ scope: "account", scopeId: harbour, model: "gpt-4o-mini", metric: "rpm", value: 600 },
  });
  await addIncident(database);
  await addPerson(operator, harbour);
}

async function addPayments(operator: Operator, [first, second, third]: readonly string[]): Promise<void> {
  const payments = [
    [first, "3200", "CNY", "alipay", "A2026-755549"],
    [second, "480", "USD", "bank", "B2026-854235"],
    [third, "20", "USD", "bank", "B2026-964275"],
    [first, "500", "USD", "manual", "M2026-95549"],
  ] as const;
  for (const [accountId, amount, currency, method, orderNo] of payments)
    await operator.need("POST", "/api/recharges", { accountId, amount, currency, method, orderNo });
}

/** The laptop's key, used from a network that it was never seen in. */
async function addIncident(database: pg.Client): Promise<void> {
  const evidence = Array.from({ length: 5 }, (_, n) => ({
    ...{
      ip: `198.51.100.${n + 7}`,
      requests: 640 - n * 110,
      nanoUsd: String(4_200_000_000 - n * 700_000_000),
    },
    firstSeen: new Date(Date.now() - 3_000_000).toISOString(),
    lastSeen: new Date(Date.now() - 60_000 * (n + 1)).toISOString(),
    models: ["gpt-4o", "claude-sonnet-4-5"],
  }));
  const signals = [{ kind: "new_network", weight: 40, figures: { network: "198.51.100.0/24" } }];
  await database.query(
    `INSERT INTO incident (id, key_id, account_id, cause, state, score, signals, networks, evidence, requests,
       spent_nano_usd, since, last_seen_at)
     SELECT uuidv7(), id, account_id, 'pattern', 'open', 86, $1, '{198.51.100.0/24}', $2, 2100, 14000000000,
       now() - interval '50 minutes', now() - interval '1 minute' FROM api_key WHERE name = 'laptop'`,
    [JSON.stringify(signals), JSON.stringify(evidence)],
  );
}

async function addPerson(operator: Operator, accountId: string): Promise<void> {
  await operator.need("POST", "/api/invitations", {
    ...{ email: CUSTOMER.email, accountId, memberRole: "admin" },
  });
  const token = new URL(await mailedLink(operator, CUSTOMER.email)).searchParams.get("token");
  const accepted = await fetch(`${operator.url}/api/invitations/accept`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token, password: CUSTOMER.password, name: "Mara Lindholm" }),
  });
  if (accepted.status !== 201) throw new Error(`the invitation was refused: ${await accepted.text()}`);
}
