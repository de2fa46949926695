import type { Account } from "#lib/accounts/schema";
import { apiGet } from "#lib/api/client";
import type { Page } from "#lib/api/queries";
import type { Channel } from "#lib/channels/schema";
import type { Key } from "#lib/keys/schema";
import type { IpReport } from "#lib/logs/by-ip-schema";
import { type FindKey, filterFields, lastRanges } from "#lib/logs/filter-fields";
import type { LogFilters } from "#lib/logs/filter-keys";
import { fieldNamed, type NameToFind, readFilterText, type WordFault } from "#lib/logs/filter-text";
import { type FilterWord, quoted } from "#lib/logs/filter-words";
import type { Metrics } from "#lib/metrics/schema";
import type { Model } from "#lib/models/schema";
import { findGroups } from "../shell/find-options.ts";

export { writeFilterText } from "#lib/logs/filter-text";

/** What completes a word: `insert` takes its place. A field's name waits for its value. */
export type Suggestion = { insert: string; label: string; hint?: string; isWhole: boolean };
export type ShownError = {
  start: number;
  end: number;
  about: string;
  fault: WordFault | "notFound" | "ambiguous" | "failed";
};
/** What of the catalogue the asker may see. */
export type Scope = { isCustomer: boolean };

/** Reads a text and looks up the names in it. Filters are whole only where there is no error. */
export async function understand(
  text: string,
  scope: Scope,
): Promise<{ filters: LogFilters; errors: ShownError[] }> {
  const { filters, names, errors } = readFilterText(text);
  if (errors.length > 0) return { filters, errors };
  const found = await Promise.all(names.map((name) => lookUp(name)));
  const model = filters.model === undefined ? {} : { model: await knownModel(filters.model, scope) };
  return {
    filters: Object.assign(
      {},
      filters,
      model,
      ...found.map((one) => ("id" in one ? { [one.key]: one.id } : {})),
    ),
    errors: found.flatMap((one) => ("fault" in one ? [one] : [])),
  };
}

type Found = { key: FindKey; id: string } | ShownError;

const placesOf = { accountId: "/api/accounts", keyId: "/api/keys", channelId: "/api/channels" } as const;

async function lookUp({ key, name, word }: NameToFind): Promise<Found> {
  const { items } = await apiGet<Page<Account | Key | Channel>>(placesOf[key], { q: name, limit: 20 });
  const exact = items.filter((item) => item.name.toLowerCase() === name.toLowerCase());
  const [only, ...others] = exact.length > 0 ? exact : items;
  if (only === undefined) return { ...word, about: name, fault: "notFound" };
  return others.length > 0 ? { ...word, about: name, fault: "ambiguous" } : { key, id: only.id };
}

/** A model as it is called, or where none is called so: all whose id contains it. */
async function knownModel(model: string, scope: Scope): Promise<string> {
  if (model.includes("*")) return model;
  const known = await findModels(model, scope);
  return known.includes(model) ? model : `*${model}*`;
}

/** Ids of models that contain a text: of the catalogue, or for customers of those they used. */
async function findModels(text: string, { isCustomer }: Scope): Promise<string[]> {
  if (!isCustomer) {
    const { items } = await apiGet<Page<Model>>("/api/models", { q: text, limit: 20 });
    return items.map(({ id }) => id);
  }
  const from = new Date(Date.now() - 30 * 86_400_000).toISOString();
  const { series } = await apiGet<Metrics>("/api/metrics", {
    metric: "rpm",
    groupBy: "model",
    step: 86_400,
    from,
  });
  return series.map(({ group }) => group).filter((id) => id.includes(text));
}

/** What may stand in place of the word at the caret, at most eight. */
export async function suggest(word: FilterWord, scope: Scope): Promise<Suggestion[]> {
  if (word.name === undefined) return fieldsLike(word.text, scope);
  const field = fieldNamed(word.name);
  if (field === undefined) return [];
  const values = await valuesLike(field.name, word.value, scope);
  return values.slice(0, 8).map(({ value, label, hint }) => ({
    insert: `${field.name}:${quoted(value)}`,
    label: label ?? value,
    ...(hint === undefined ? {} : { hint }),
    isWhole: true,
  }));
}

const examples: Readonly<Record<string, string>> = {
  last: "24h",
  from: "2026-11-01",
  to: "2026-11-02T08:00",
  account: "name",
  key: "name",
  prefix: "sk-tg-AbCdEf",
  ip: "203.0.113.7, 10.0.0.0/8",
  model: "gpt-4o, gpt*",
  group: "default",
  channel: "name",
  status: "429, 5xx, failed",
  code: "rate_limit_exceeded",
  stream: "yes",
  cost: ">0.05",
  tokens: ">1000",
  latency: ">2s",
  ua: "OpenAI/Python",
  id: "019aa0c4-…",
};
const shownFirst = ["status", "ip", "model", "key", "account", "cost", "code", "last"];

function fieldsLike(typed: string, { isCustomer }: Scope): Suggestion[] {
  const names = filterFields.map(({ name }) => name);
  const ordered = [...shownFirst, ...names.filter((name) => !shownFirst.includes(name))];
  return ordered
    .filter((name) => name.startsWith(typed.toLowerCase()))
    .filter((name) => !(isCustomer && (name === "channel" || name === "account")))
    .slice(0, typed === "" ? 8 : 6)
    .map((name) => ({ insert: `${name}:`, label: `${name}:`, hint: examples[name] ?? "", isWhole: false }));
}

type Value = { value: string; label?: string; hint?: string };

async function valuesLike(field: string, typed: string, scope: Scope): Promise<Value[]> {
  const among = (values: readonly string[]) =>
    values.filter((value) => value.startsWith(typed.toLowerCase())).map((value) => ({ value }));
  if (field === "status")
    return among(["failed", "2xx", "4xx", "5xx", "200", "401", "402", "403", "429", "502"]);
  if (field === "stream") return among(["yes", "no"]);
  if (field === "last") return among(lastRanges);
  if (field === "code") return among(errorCodes);
  if (field === "cost") return comparisons(typed, ["0.01", "0.1", "1"]);
  if (field === "tokens") return comparisons(typed, ["1000", "10000", "100000"]);
  if (field === "latency") return comparisons(typed, ["2s", "10s", "1m"]);
  if (field === "model") return (await findModels(typed, scope)).map((value) => ({ value }));
  if (field === "group") return scope.isCustomer ? [] : groupsLike(typed);
  if (field === "ip") return addressesLike(typed);
  if (field === "account" || field === "channel") return namedLike(`${field}Id`, typed);
  if (field === "key") return namedLike("keyId", typed);
  return [];
}

function comparisons(typed: string, values: readonly string[]): Value[] {
  return values.map((value) => ({ value: `>${value}` })).filter(({ value }) => value.startsWith(typed));
}

async function groupsLike(typed: string): Promise<Value[]> {
  const groups = await findGroups();
  return groups.filter(({ value }) => value.startsWith(typed)).map(({ value }) => ({ value }));
}

/** The latest addresses of the last day. */
async function addressesLike(typed: string): Promise<Value[]> {
  const from = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 7 * 86_400_000).toISOString();
  const { items } = await apiGet<Page<IpReport>>("/api/logs/by-ip", { from, limit: 50 });
  return items
    .filter(({ ip }) => ip.startsWith(typed))
    .map(({ ip, userAgent }) => ({ value: ip, hint: userAgent ?? "" }));
}

async function namedLike(key: FindKey, typed: string): Promise<Value[]> {
  const { items } = await apiGet<Page<Account | Key | Channel>>(placesOf[key], { q: typed, limit: 8 });
  return items.map((item) => ({
    value: item.id,
    label: item.name,
    ...("accountName" in item ? { hint: item.accountName } : {}),
  }));
}

/** The gateway's codes that rows carry most; others can be typed as well. */
const errorCodes = [
  "rate_limit_exceeded",
  "request_exceeds_limit",
  "invalid_api_key",
  "key_disabled",
  "key_expired",
  "insufficient_balance",
  "budget_exceeded",
  "ip_not_allowed",
  "model_not_allowed",
  "model_not_found",
  "model_not_priced",
  "no_channel_available",
  "invalid_request",
  "request_too_large",
  "client_closed",
  "upstream_error",
  "upstream_timeout",
  "upstream_blocked",
  "server_interrupted",
  "overloaded",
  "blocked",
];
