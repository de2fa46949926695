import { eventually, type Operator } from "#bench/operator";
import { OWNER } from "./owner.ts";
import { mailedLink } from "./people.ts";

/** An account with a key, and an incident of that key. */
export type Things = { accountId: string; keyId: string; incidentId: string };

/** What pages are opened with: `incidentLink` as it stands in the incident's mail. */
export type Makes = Things & { operator: Operator; incidentLink: string };

/** Pages of one row that customers have too, and of what the id is. */
const ids: Readonly<Record<string, keyof Things>> = {
  "/accounts/[id]": "accountId",
  "/keys/[id]": "keyId",
  "/incidents/[id]": "incidentId",
};

/** A page that customers have, of one account's things. Throws for a page of one row that nobody has written down here. */
export function addressOf(page: string, things: Things): string {
  if (!page.includes("[")) return page;
  const id = ids[page];
  if (id === undefined) throw new Error(`e2e/support/page-addresses.ts does not say of what ${page} is`);
  return page.replace("[id]", things[id]);
}

/**
 * Where pages are that need more than their path: of one row, or behind the link of a mail; and what a page has that differs
 * as much as another page would, as its tabs. Every other page is opened at its path.
 */
export const addresses: Readonly<Record<string, (makes: Makes) => Promise<string[]> | string[]>> = {
  "/accounts/[id]": ({ accountId }) =>
    ["usage", "ledger", "credit", "keys", "limits", "members"].map(
      (tab) => `/accounts/${accountId}?tab=${tab}`,
    ),
  "/keys/[id]": ({ keyId }) => [`/keys/${keyId}`],
  "/incidents/[id]": ({ incidentId }) => [`/incidents/${incidentId}`],
  "/channels/[id]": async ({ operator }) => {
    const id = await firstOf(operator, "/api/channels");
    return ["models", "credentials", "settings"].map((tab) => `/channels/${id}?tab=${tab}`);
  },
  "/groups/[id]": () => ["/groups/default", "/groups/training", "/groups/enterprise"],
  "/models/versions/[id]": async ({ operator }) => [
    `/models/versions/${await firstOf(operator, "/api/prices/versions")}`,
    `/models/versions/${await draftOf(operator)}`,
  ],
  "/announcements/[id]": async ({ operator }) => [`/announcements/${await announce(operator)}`],
  "/docs/[guide]": ({ operator }) => guidesAt(operator.url),
  "/people": () => ["/people", "/people?show=invitations"],
  "/limits": ({ keyId }) => [
    "/limits",
    "/limits?scope=group&scopeId=enterprise",
    "/limits?view=overrides",
    `/limits?view=applied&keyId=${keyId}&model=sim-chat`,
    "/limits?view=refused",
  ],
  "/charts": () => ["/charts", "/charts?groupBy=model&view=table"],
  "/incident-link/[action]": ({ incidentLink }) => [incidentLink, "/incident-link/suspend-key?token=none"],
  // Its form is there only before there is an owner: first-run.spec.ts opens that.
  "/first-run": () => ["/first-run?token=none"],
  "/invitation": async ({ operator }) => {
    const email = `${crypto.randomUUID()}@example.com`;
    await operator.need("POST", "/api/invitations", { email, role: "support" });
    return [await mailedLink(operator, email), "/invitation?token=none"];
  },
  "/reset-password": async ({ operator }) => {
    await operator.need("POST", "/api/auth/forgot-password", { email: OWNER.email });
    return [await mailedLink(operator, OWNER.email), "/reset-password?token=none"];
  },
  "/subscription/confirm": async ({ operator }) => [
    await askToSubscribe(operator, `${crypto.randomUUID()}@example.com`),
    "/subscription/confirm?token=none",
  ],
  "/subscription": async ({ operator }) => [await manageLink(operator), "/subscription?token=none"],
};

async function firstOf(operator: Operator, list: string): Promise<string> {
  const [first] = await operator.all<{ id: string }>(list);
  if (first === undefined) throw new Error(`there is nothing under ${list}`);
  return first.id;
}

/** A draft that changes nothing that costs: its editor and preview are what its page is about. */
async function draftOf(operator: Operator): Promise<string> {
  const entries = [{ model: "gpt-3.5-turbo-0613", modelMultiplier: "0.7", reason: "A season" }];
  return (await operator.need<{ id: string }>("POST", "/api/prices/versions", { entries })).id;
}

async function announce(operator: Operator): Promise<string> {
  const text = "From **nine** in the evening. See [the prices](/pricing).\n\n- one\n- two";
  const said = { title: "Quieter evenings", text };
  return (await operator.need<{ id: string }>("POST", "/api/announcements", said)).id;
}

/** Every guide that the docs lead to. */
async function guidesAt(url: string): Promise<string[]> {
  const html = await (await fetch(`${url}/docs`)).text();
  const found = new Set([...html.matchAll(/href="(\/docs\/[a-z-]+)"/g)].flatMap(([, path]) => path ?? []));
  if (found.size < 5) throw new Error("the docs lead to no guides");
  // They have a page.tsx of their own.
  return [...found].filter((path) => path !== "/docs/api" && path !== "/docs/privacy");
}

async function askToSubscribe(operator: Operator, email: string): Promise<string> {
  await operator.need("POST", "/api/subscriptions", { email });
  return mailedLink(operator, email);
}

/** As it stands below an announcement that was mailed. */
async function manageLink(operator: Operator): Promise<string> {
  const email = `${crypto.randomUUID()}@example.com`;
  const token = new URL(await askToSubscribe(operator, email)).searchParams.get("token");
  await operator.need("POST", `/api/subscriptions/confirm?token=${token}`);
  await announce(operator);
  return eventually(
    "the announcement's mail",
    async () => {
      const link = await mailedLink(operator, email);
      return new URL(link).pathname === "/subscription" ? link : undefined;
    },
    60_000,
  );
}
