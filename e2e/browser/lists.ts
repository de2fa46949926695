import { readdir, readFile } from "node:fs/promises";

/** What the addresses of lists of one account, one key and one channel need. */
export type One = { accountId: string; keyId: string; channelId: string };

export type List = {
  /** Where it is, with as many rows as there are. */
  at: (one: One) => string;
  /** A filter that leaves nothing; true: a new installation has none; undefined: there is always something, see `why`. */
  none?: string | true;
  /** A filter that leaves exactly one of `addOddRows` of 10,000; true: where one was added there is one. */
  one?: string | true | ((one: One) => string);
  /** Why it is not tried with 10,000 rows, or never empty. */
  few?: string;
};

const nothing = "q=none-such-at-all";
const ofAccount = (tab: string) => ({
  at: ({ accountId }: One) => `/accounts/${accountId}?tab=${tab}`,
  none: true as const,
  one: true as const,
});

/** By the file of its component. */
export const lists: Readonly<Record<string, List>> = {
  "logs/logs-view": {
    at: () => "/logs?range=30d",
    none: "model=none-such",
    one: "minLatencyMs=9998&maxLatencyMs=9998",
  },
  "accounts/accounts-view": { at: () => "/accounts", none: nothing, one: "q=海港分析有限公司 上海" },
  "keys/keys-view": { at: () => "/keys", none: nothing, one: "q=Key of Account 9999" },
  "channels/channels-view": { at: () => "/channels", none: nothing, one: "q=Unbroken 9999" },
  "audit/audit-view": { at: () => "/audit-log", none: "action=none.such", one: "targetId=x-9999" },
  "models/models-view": { at: () => "/models", none: nothing, one: "q=very-long-model-id-9999" },
  "people/users": { at: () => "/people", none: nothing, one: "q=person-9999@" },
  "outbox/outbox-view": { at: () => "/outbox", none: "to=none-such-at-all", one: "to=person-9999@" },

  "people/invitations": { at: () => "/people?show=invitations", none: true, one: true },
  "incidents/incidents-view": { at: () => "/incidents?range=30d", none: true, one: true },
  "limits/limit-requests-view": { at: () => "/limit-requests", none: true, one: true },
  "limits/overrides-table": {
    at: () => "/limits?view=overrides",
    few: "the enterprise line's limits are there from the start",
  },
  "subscribers/subscribers-view": { at: () => "/subscribers", none: true, one: true },
  "announcements/announcements-view": { at: () => "/announcements", none: true, one: true },
  "ledger/ledger-view": {
    at: () => "/ledger?range=30d",
    none: true,
    one: ({ accountId }) => `accountId=${accountId}`,
  },
  "logs/by-ip-view": { at: () => "/by-ip?range=30d", none: true, one: true },
  "recharges/recharges-view": { at: () => "/recharges", none: true, one: true },
  "recharges/exchange-rates-view": {
    at: () => "/exchange-rates",
    none: "currency=EUR",
    one: "currency=CNY",
  },
  "prices/versions-view": { at: () => "/models/versions", few: "the first version is there from the start" },
  "tiers/tiers-view": { at: () => "/tiers", none: true, one: true },
  "system/dead-letters-view": { at: () => "/dead-letters", none: true, one: true },
  "system/nodes-view": { at: () => "/nodes", few: "the node that answers is one" },
  "groups/groups-view": {
    at: () => "/groups",
    few: "three are there from the start; nobody has more than a hundred",
  },
  "jobs/jobs-view": { at: () => "/jobs", few: "they are Tollgate's own: none is added" },

  "accounts/ledger-table": ofAccount("ledger"),
  "keys/keys-of-account": {
    at: ({ accountId }) => `/accounts/${accountId}?tab=keys`,
    few: "the key whose calls are shown is one",
  },
  "people/members": ofAccount("members"),
  "logs/last-calls": { at: ({ keyId }) => `/keys/${keyId}`, none: true, one: true },
  "channels/channel-models": {
    at: ({ channelId }) => `/channels/${channelId}`,
    few: "a channel serves at least one",
  },
  "traffic/point-table": {
    at: ({ accountId }) => `/charts?view=table&accountId=${accountId}&range=6h`,
    few: "a row per step: as many as a chart has",
  },
};

/** The files of components/ that show a DataTable, named as `lists` does. */
export async function filesWithLists(): Promise<string[]> {
  const files = (await readdir("components", { recursive: true })).filter((file) => file.endsWith(".tsx"));
  const texts = await Promise.all(files.map((file) => readFile(`components/${file}`, "utf8")));
  return files
    .filter((_, at) => /<DataTable\b/.test(texts[at] ?? ""))
    .map((file) => file.replace(".tsx", ""))
    .sort();
}

/** An address with a filter. */
export function filtered(address: string, filter: string): string {
  return `${address}${address.includes("?") ? "&" : "?"}${filter}`;
}
