import { utcDay } from "#lib/core/time";
import { slotOf } from "#lib/pricing/hours";
import { contextStepOf } from "#lib/pricing/tiers";
import { tokenUnits } from "#lib/pricing/units";
import { splitTokens } from "#lib/pricing/usage";
import { bucketOf, emptyHistogram } from "./histogram.ts";
import type { RequestLogRow } from "./row.ts";

type Tokens = {
  requests: number;
  promptTokens: number;
  completionTokens: number;
  images: number;
  videos: number;
  audios: number;
  cost: bigint;
};

export type ModelMinute = Tokens & {
  minuteMs: number;
  model: string;
  groupId: string;
  channelId: string;
  statusClass: number;
  upstreamCost: bigint;
  latencyHistogram: number[];
  firstTokenHistogram: number[];
};
export type KeyMinute = Tokens & {
  minuteMs: number;
  accountId: string;
  keyId: string;
  model: string;
  errors: number;
  failures: number;
};
export type IpDay = {
  day: string;
  keyId: string;
  ip: string;
  accountId: string;
  requests: number;
  errors: number;
  promptTokens: number;
  completionTokens: number;
  cost: bigint;
  userAgent: string | null;
  firstSeenMs: number;
  lastSeenMs: number;
};
/** Billed usage of a UTC day, each token counted once, by the length of the prompt: what new prices are tried on. */
export type UsageDay = {
  day: string;
  accountId: string;
  groupId: string;
  model: string;
  /** `contextStepOf` the prompt. */
  step: number;
  requests: number;
  /** Tokens per unit, as if every unit had a price of its own. */
  tokens: number[];
  images: number;
  seconds: number;
  characters: number;
  cost: bigint;
};
/** The same per UTC half hour and kind of image: what prices by the hour or by size are tried on. */
export type UsageSlot = UsageDay & {
  /** `slotOf` the admission. */
  slot: number;
  imageKind: string;
};
export type Rollups = {
  modelMinutes: ModelMinute[];
  keyMinutes: KeyMinute[];
  ipDays: IpDay[];
  usageDays: UsageDay[];
  usageSlots: UsageSlot[];
};

/**
 * What a batch of rows adds to the rollups: one increment per distinct key, ordered by key, so that every writer
 * takes the rows' locks in the same order. Absent ids are the empty string.
 */
export function rollUp(rows: readonly RequestLogRow[]): Rollups {
  const modelMinutes = new Map<string, ModelMinute>();
  const keyMinutes = new Map<string, KeyMinute>();
  const ipDays = new Map<string, IpDay>();
  const usageDays = new Map<string, UsageDay>();
  const usageSlots = new Map<string, UsageSlot>();
  for (const row of rows) {
    if (row.priceVersionId !== null && row.usageSource !== "none") addUsage(usageDays, usageSlots, row);
    addModelMinute(modelMinutes, row);
    addKeyMinute(keyMinutes, row);
    if (row.ip !== null && row.keyId !== null) addIpDay(ipDays, row, row.keyId, row.ip);
  }
  return {
    modelMinutes: ordered(modelMinutes),
    keyMinutes: ordered(keyMinutes),
    ipDays: ordered(ipDays),
    usageDays: ordered(usageDays),
    usageSlots: ordered(usageSlots),
  };
}

/** Under which model a row is summed: names that callers make up are endless. */
export const summedModel = ({ model, isModelUnknown }: RequestLogRow) =>
  isModelUnknown ? "" : (model ?? "");

const minuteOf = (row: RequestLogRow) => row.createdAtMs - (row.createdAtMs % 60_000);
const isError = (row: RequestLogRow) => row.status >= 400;

function addModelMinute(into: Map<string, ModelMinute>, row: RequestLogRow): void {
  const minuteMs = minuteOf(row);
  const [model, groupId, channelId] = [summedModel(row), row.groupId ?? "", row.channelId ?? ""];
  const statusClass = Math.floor(row.status / 100);
  const cell = upsert(into, `${minuteMs}\n${model}\n${groupId}\n${channelId}\n${statusClass}`, () => ({
    ...noTokens(),
    minuteMs,
    model,
    groupId,
    channelId,
    statusClass,
    upstreamCost: 0n,
    latencyHistogram: emptyHistogram(),
    firstTokenHistogram: emptyHistogram(),
  }));
  addTokens(cell, row);
  cell.upstreamCost += row.upstreamCostNanoUsd;
  observe(cell.latencyHistogram, row.latencyMs, row.repeats);
  if (row.firstTokenMs !== null) observe(cell.firstTokenHistogram, row.firstTokenMs, row.repeats);
}

function addKeyMinute(into: Map<string, KeyMinute>, row: RequestLogRow): void {
  const minuteMs = minuteOf(row);
  const [accountId, keyId, model] = [row.accountId ?? "", row.keyId ?? "", summedModel(row)];
  const cell = upsert(into, `${minuteMs}\n${accountId}\n${keyId}\n${model}`, () => ({
    ...noTokens(),
    minuteMs,
    accountId,
    keyId,
    model,
    errors: 0,
    failures: 0,
  }));
  addTokens(cell, row);
  if (isError(row)) cell.errors += row.repeats;
  if (row.status >= 500) cell.failures += row.repeats;
}

function addIpDay(into: Map<string, IpDay>, row: RequestLogRow, keyId: string, ip: string): void {
  const day = utcDay(row.createdAtMs);
  const cell = upsert(into, `${day}\n${keyId}\n${ip}`, () => ({
    day,
    keyId,
    ip,
    accountId: row.accountId ?? "",
    requests: 0,
    errors: 0,
    promptTokens: 0,
    completionTokens: 0,
    cost: 0n,
    userAgent: row.userAgent,
    firstSeenMs: row.createdAtMs,
    lastSeenMs: row.createdAtMs,
  }));
  cell.requests += row.repeats;
  cell.errors += isError(row) ? row.repeats : 0;
  cell.promptTokens += row.promptTokens;
  cell.completionTokens += row.completionTokens;
  cell.cost += row.costNanoUsd;
  if (row.createdAtMs >= cell.lastSeenMs) cell.userAgent = row.userAgent;
  cell.firstSeenMs = Math.min(cell.firstSeenMs, row.createdAtMs);
  cell.lastSeenMs = Math.max(cell.lastSeenMs, row.createdAtMs);
}

function addUsage(days: Map<string, UsageDay>, slots: Map<string, UsageSlot>, row: RequestLogRow): void {
  const day = utcDay(row.createdAtMs);
  const [accountId, groupId, model] = [row.accountId ?? "", row.groupId ?? "", row.model ?? ""];
  const step = contextStepOf(row.promptTokens);
  const [slot, imageKind] = [slotOf(row.createdAtMs), row.imageKind ?? ""];
  const key = { day, accountId, groupId, model, step };
  const tokens = splitTokens(row);
  const ofDay = `${day}\n${accountId}\n${groupId}\n${model}\n${step}`;
  addUsed(
    upsert(days, ofDay, () => ({ ...key, ...nothingUsed() })),
    row,
    tokens,
  );
  addUsed(
    upsert(slots, `${ofDay}\n${slot}\n${imageKind}`, () => ({ ...key, slot, imageKind, ...nothingUsed() })),
    row,
    tokens,
  );
}

const nothingUsed = () => ({
  requests: 0,
  tokens: tokenUnits.map(() => 0),
  images: 0,
  seconds: 0,
  characters: 0,
  cost: 0n,
});

function addUsed(cell: UsageDay, row: RequestLogRow, tokens: ReturnType<typeof splitTokens>): void {
  for (const [index, unit] of tokenUnits.entries()) {
    cell.tokens[index] = (cell.tokens[index] ?? 0) + (tokens[unit] ?? 0);
  }
  cell.requests += row.repeats;
  cell.images += row.images;
  cell.seconds += row.seconds;
  cell.characters += row.characters;
  cell.cost += row.costNanoUsd;
}

const noTokens = (): Tokens => ({
  requests: 0,
  promptTokens: 0,
  completionTokens: 0,
  images: 0,
  videos: 0,
  audios: 0,
  cost: 0n,
});

function addTokens(cell: Tokens, row: RequestLogRow): void {
  cell.requests += row.repeats;
  cell.promptTokens += row.promptTokens;
  cell.completionTokens += row.completionTokens;
  cell.images += row.images;
  if (row.status < 400) {
    const made = madeBy(row.endpoint);
    if (made === "video") cell.videos += 1;
    else if (made === "audio") cell.audios += 1;
  }
  cell.cost += row.costNanoUsd;
}

/** Of what a call of an endpoint makes one; how many images it makes its row says. */
export function madeBy(endpoint: string): "video" | "audio" | undefined {
  if (endpoint === "/v1/videos" || /^\/v3\/.*video/.test(endpoint)) return "video";
  return endpoint.startsWith("/v1/audio/") ? "audio" : undefined;
}

function observe(histogram: number[], ms: number, times: number): void {
  const index = bucketOf(ms);
  histogram[index] = (histogram[index] ?? 0) + times;
}

function upsert<V>(into: Map<string, V>, key: string, make: () => V): V {
  const found = into.get(key);
  if (found !== undefined) return found;
  const made = make();
  into.set(key, made);
  return made;
}

function ordered<V>(cells: Map<string, V>): V[] {
  return [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell);
}
