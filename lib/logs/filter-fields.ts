import { isUuid } from "#lib/core/shapes";
import { readAddress } from "./address.ts";
import {
  type Amount,
  costAmount,
  latencyAmount,
  readAmount,
  tokenAmount,
  writeAmount,
} from "./filter-amounts.ts";
import type { LogFilterKey, LogFilters } from "./filter-keys.ts";

/** Why a value is none: a key of the messages that say it. */
export type FieldFault =
  | "status"
  | "address"
  | "yesNo"
  | "amount"
  | "duration"
  | "id"
  | "time"
  | "last"
  | "empty";
/** What a value means: filters, a name whose id has to be looked up, or why it is none. */
export type ReadValue = LogFilters | { find: FindKey; name: string } | { fault: FieldFault };
export type FindKey = "accountId" | "keyId" | "channelId";

export type FilterField = {
  name: string;
  aliases?: readonly string[];
  read: (value: string) => ReadValue;
  /** The values that would be typed for what is in force. */
  write: (filters: LogFilters) => string[];
};

const one = (key: keyof LogFilters, read: (value: string) => ReadValue): Omit<FilterField, "name"> => ({
  read,
  write: (filters) => (filters[key] === undefined ? [] : [filters[key]]),
});
const set = (key: keyof LogFilters, value: string): LogFilters => ({ [key]: value });
const plain = (key: LogFilterKey) => one(key, (value) => set(key, value));
const readIdOrName = (key: FindKey, value: string): ReadValue =>
  isUuid(value) ? set(key, value.toLowerCase()) : { find: key, name: value };
const idOrName = (key: FindKey) => one(key, (value) => readIdOrName(key, value));
const amountOf = (amount: Amount, fault: FieldFault): Omit<FilterField, "name"> => ({
  read: (value) => readAmount(value, amount) ?? { fault },
  write: (filters) => writeAmount(filters, amount),
});
const moment = (key: "from" | "to") => one(key, (value) => readMoment(key, value));

/** Stretches that move with the clock, as the pages know them. */
export const lastRanges = ["15m", "1h", "24h", "7d", "30d"] as const;
const secretStart = "sk-tg-";
/** How many characters of a secret rows keep. */
const prefixLength = 12;

/** What can be typed, in the order in which it is written. */
export const filterFields: readonly FilterField[] = [
  { name: "last", ...one("range", (value) => (isLast(value) ? { range: value } : { fault: "last" })) },
  { name: "from", ...moment("from") },
  { name: "to", ...moment("to") },
  { name: "account", ...idOrName("accountId") },
  {
    name: "key",
    ...idOrName("keyId"),
    read: (value) =>
      value.startsWith(secretStart)
        ? { keyPrefix: value.slice(0, prefixLength) }
        : readIdOrName("keyId", value),
  },
  {
    name: "prefix",
    ...one("keyPrefix", (value) => ({ keyPrefix: value.slice(0, prefixLength) })),
  },
  {
    name: "ip",
    aliases: ["cidr", "network", "net"],
    read: readNetwork,
    write: ({ ip, cidr }) => [ip, cidr].filter((value) => value !== undefined),
  },
  { name: "model", ...plain("model") },
  { name: "group", aliases: ["line"], ...plain("group") },
  { name: "channel", ...idOrName("channelId") },
  { name: "status", ...one("status", (value) => readStatus(value.toLowerCase())) },
  { name: "code", aliases: ["error"], ...plain("errorCode") },
  {
    name: "stream",
    aliases: ["streamed"],
    ...one("stream", (value) => readYesNo(value.toLowerCase())),
    write: ({ stream }) => (stream === undefined ? [] : [stream === "true" ? "yes" : "no"]),
  },
  { name: "cost", ...amountOf(costAmount, "amount") },
  { name: "tokens", ...amountOf(tokenAmount, "amount") },
  { name: "latency", ...amountOf(latencyAmount, "duration") },
  { name: "ua", aliases: ["agent", "useragent"], ...plain("userAgent") },
  {
    name: "id",
    aliases: ["request", "requestid"],
    ...one("requestId", (value) => (isUuid(value) ? { requestId: value.toLowerCase() } : { fault: "id" })),
  },
];

/** A value without a name, where it can only be one thing: an id, an address, a secret that someone pasted. */
export function readBare(value: string): LogFilters | undefined {
  if (isUuid(value)) return { requestId: value.toLowerCase() };
  if (value.startsWith(secretStart)) return { keyPrefix: value.slice(0, prefixLength) };
  return /(\.\d+){2}|:/.test(value) ? readAddress(value) : undefined;
}

function readNetwork(value: string): ReadValue {
  return readAddress(value) ?? { fault: "address" };
}

function readStatus(value: string): ReadValue {
  const isOne = /^[1-5]\d\d$/.test(value) || /^[2-5]xx$/.test(value) || value === "failed";
  return isOne ? { status: value } : { fault: "status" };
}

function readYesNo(value: string): ReadValue {
  if (value === "yes" || value === "true") return { stream: "true" };
  return value === "no" || value === "false" ? { stream: "false" } : { fault: "yesNo" };
}

/** 2026-11-01, 2026-11-01T08:00 or with seconds and zone; without a zone it is UTC. */
function readMoment(key: "from" | "to", value: string): ReadValue {
  const [, day, time = "T00:00", zone = "Z"] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)?(Z|[+-]\d\d:\d\d)?$/i.exec(value) ?? [];
  const ms = day === undefined ? Number.NaN : Date.parse(`${day}${time}${zone}`);
  return Number.isNaN(ms) ? { fault: "time" } : set(key, new Date(ms).toISOString());
}

function isLast(value: string): boolean {
  return lastRanges.some((range) => range === value);
}
