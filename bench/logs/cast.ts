import { uuidv7 } from "#lib/core/uuid";

/** A key of the generated traffic: whose it is, from where and with what it is used. */
export type CastKey = {
  id: string;
  name: string;
  prefix: string;
  accountId: string;
  groupId: string;
  addresses: readonly string[];
  agents: readonly string[];
  models: readonly CastModel[];
};
export type CastModel = { id: string; channels: readonly string[]; nanoPerToken: number; medianMs: number };
export type Cast = {
  accounts: readonly { id: string; name: string; groupId: string }[];
  keys: readonly CastKey[];
  channels: readonly { id: string; name: string }[];
  models: readonly CastModel[];
  /** Strangers: addresses that only ever show wrong keys. */
  strangers: readonly string[];
};

const ACCOUNTS = 400;
const MODELS = 48;
const CHANNELS = 9;
const agents = [
  ...[
    "OpenAI/JS 6.49.0",
    "openai-python/2.8.1",
    "AsyncOpenAI/Python 2.7.0",
    "curl/8.14.1",
    "python-requests/2.32",
  ],
  ...[
    "axios/1.12.2",
    "Go-http-client/2.0",
    "okhttp/5.1.0",
    "node",
    "LangChain/0.3",
    "Mozilla/5.0 (X11; Linux x86_64)",
  ],
];
const groups = ["default", "default", "default", "training", "enterprise"];

/** Who calls: 400 accounts with 1 to 6 keys each, from 1 to 60 addresses a key. Pure: `random` decides everything. */
export function makeCast(random: () => number, startMs: number): Cast {
  const id = () =>
    uuidv7(
      startMs,
      Uint8Array.from({ length: 10 }, () => Math.floor(random() * 256)),
    );
  const pick = <T>(from: readonly T[]): T => nth(from, Math.floor(random() * from.length));
  const channels = Array.from({ length: CHANNELS }, (_, index) => ({
    id: id(),
    name: `Channel ${index + 1}`,
  }));
  const models = Array.from({ length: MODELS }, (_, index) => ({
    id: `model-${String(index + 1).padStart(2, "0")}`,
    channels: Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(channels).id),
    nanoPerToken: Math.ceil(50 + 4_000 * random() ** 3),
    medianMs: 200 + 3_000 * random() ** 2,
  }));
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => ({
    id: id(),
    name: `Customer ${index + 1}`,
    groupId: pick(groups),
  }));
  const keys = accounts.flatMap((account) =>
    Array.from({ length: 1 + Math.floor(6 * random() ** 2) }, (_, index) => ({
      id: id(),
      name: `key ${index + 1}`,
      prefix: `sk-tg-${Math.floor(random() * 36 ** 6)
        .toString(36)
        .padStart(6, "0")}`,
      accountId: account.id,
      groupId: account.groupId,
      addresses: Array.from({ length: 1 + Math.floor(60 * random() ** 4) }, () => address(random)),
      agents: [pick(agents), pick(agents)],
      models: Array.from({ length: 1 + Math.floor(4 * random()) }, () =>
        nth(models, skewed(random(), MODELS)),
      ),
    })),
  );
  const strangers = Array.from({ length: 3_000 }, () => address(random));
  return { accounts, keys, channels, models, strangers };
}

/** An index below `count`; low ones come far more often: a tenth of all makes about half of the calls. */
export function skewed(chance: number, count: number): number {
  return Math.min(count - 1, Math.floor(count ** chance - 1 + chance));
}

export function nth<T>(from: readonly T[], index: number): T {
  const found = from[index];
  if (found === undefined) throw new Error("nothing to choose from");
  return found;
}

function address(random: () => number): string {
  const byte = () => Math.floor(random() * 256);
  if (random() < 0.15) {
    const word = () => Math.floor(random() * 65_535 + 1).toString(16);
    return `2001:db8:${word()}:${word()}::${word()}`;
  }
  return `${11 + Math.floor(random() * 180)}.${byte()}.${byte()}.${byte()}`;
}
