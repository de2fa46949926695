import { utcDay } from "#lib/core/time";
import { emptyHistogram } from "./histogram.ts";
import { type LikeRows, LikeRowsSums } from "./like-rows.ts";
import type { CountedRow } from "./row.ts";

type Sums = {
  requests: number;
  promptTokens: number;
  completionTokens: number;
  images: number;
  videos: number;
  audios: number;
  cost: bigint;
};

export type ModelMinute = Sums & {
  minuteMs: number;
  model: string;
  groupId: string;
  channelId: string;
  statusClass: number;
  upstreamCost: bigint;
  latencyHistogram: number[];
  firstTokenHistogram: number[];
};
export type KeyMinute = Sums & {
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
export function rollUp(rows: readonly CountedRow[]): Rollups {
  const sums = new LikeRowsSums();
  for (const row of rows) sums.add(row);
  return rollUpLikeRows(sums.all());
}

/** The same of rows that were summed by what rollups tell them apart by. */
export function rollUpLikeRows(kinds: readonly LikeRows[]): Rollups {
  const modelMinutes = new Map<string, ModelMinute>();
  const keyMinutes = new Map<string, KeyMinute>();
  const ipDays = new Map<string, IpDay>();
  const usageDays = new Map<string, UsageDay>();
  const usageSlots = new Map<string, UsageSlot>();
  for (const like of kinds) {
    if (like.billed !== undefined) addUsage(usageDays, usageSlots, like, like.billed);
    addModelMinute(modelMinutes, like);
    addKeyMinute(keyMinutes, like);
    if (like.ip !== null && like.keyId !== "") addIpDay(ipDays, like, like.ip);
  }
  return {
    modelMinutes: ordered(modelMinutes),
    keyMinutes: ordered(keyMinutes),
    ipDays: ordered(ipDays),
    usageDays: ordered(usageDays),
    usageSlots: ordered(usageSlots),
  };
}

/** Answers that say no, or that nobody could give. */
const errorsOf = (like: LikeRows) => (like.statusClass >= 4 ? like.requests : 0);
const failuresOf = (like: LikeRows) => (like.statusClass >= 5 ? like.requests : 0);

function addModelMinute(into: Map<string, ModelMinute>, like: LikeRows): void {
  const { minuteMs, summedModel: model, groupId, channelId, statusClass } = like;
  const cell = upsert(into, `${minuteMs}\n${model}\n${groupId}\n${channelId}\n${statusClass}`, () => ({
    ...nothing(),
    minuteMs,
    model,
    groupId,
    channelId,
    statusClass,
    upstreamCost: 0n,
    latencyHistogram: emptyHistogram(),
    firstTokenHistogram: emptyHistogram(),
  }));
  addSums(cell, like);
  cell.upstreamCost += like.upstreamCost;
  addEach(cell.latencyHistogram, like.latencyHistogram);
  addEach(cell.firstTokenHistogram, like.firstTokenHistogram);
}

function addKeyMinute(into: Map<string, KeyMinute>, like: LikeRows): void {
  const { minuteMs, accountId, keyId, summedModel: model } = like;
  const cell = upsert(into, `${minuteMs}\n${accountId}\n${keyId}\n${model}`, () => ({
    ...nothing(),
    minuteMs,
    accountId,
    keyId,
    model,
    errors: 0,
    failures: 0,
  }));
  addSums(cell, like);
  cell.errors += errorsOf(like);
  cell.failures += failuresOf(like);
}

function addIpDay(into: Map<string, IpDay>, like: LikeRows, ip: string): void {
  const { keyId, accountId, userAgent, firstSeenMs, lastSeenMs } = like;
  const day = utcDay(like.minuteMs);
  const cell = upsert(into, `${day}\n${keyId}\n${ip}`, () => ({
    ...{ day, keyId, ip, accountId, userAgent, firstSeenMs, lastSeenMs },
    ...{ requests: 0, errors: 0, promptTokens: 0, completionTokens: 0, cost: 0n },
  }));
  cell.requests += like.requests;
  cell.errors += errorsOf(like);
  cell.promptTokens += like.promptTokens;
  cell.completionTokens += like.completionTokens;
  cell.cost += like.cost;
  if (lastSeenMs >= cell.lastSeenMs) cell.userAgent = userAgent;
  cell.firstSeenMs = Math.min(cell.firstSeenMs, firstSeenMs);
  cell.lastSeenMs = Math.max(cell.lastSeenMs, lastSeenMs);
}

function addUsage(
  days: Map<string, UsageDay>,
  slots: Map<string, UsageSlot>,
  like: LikeRows,
  { step, slot, imageKind }: NonNullable<LikeRows["billed"]>,
): void {
  const { accountId, groupId, model } = like;
  const day = utcDay(like.minuteMs);
  const ofDay = `${day}\n${accountId}\n${groupId}\n${model}\n${step}`;
  const key = { day, accountId, groupId, model, step };
  addUsed(
    upsert(days, ofDay, () => ({ ...key, ...nothingUsed(like) })),
    like,
  );
  const ofSlot = `${ofDay}\n${slot}\n${imageKind}`;
  addUsed(
    upsert(slots, ofSlot, () => ({ ...key, slot, imageKind, ...nothingUsed(like) })),
    like,
  );
}

const nothingUsed = ({ tokens }: LikeRows) => ({
  requests: 0,
  tokens: tokens.map(() => 0),
  images: 0,
  seconds: 0,
  characters: 0,
  cost: 0n,
});

function addUsed(cell: UsageDay, like: LikeRows): void {
  addEach(cell.tokens, like.tokens);
  cell.requests += like.calls;
  cell.images += like.images;
  cell.seconds += like.seconds;
  cell.characters += like.characters;
  cell.cost += like.cost;
}

const nothing = (): Sums => ({
  requests: 0,
  promptTokens: 0,
  completionTokens: 0,
  images: 0,
  videos: 0,
  audios: 0,
  cost: 0n,
});

function addSums(cell: Sums, like: LikeRows): void {
  cell.requests += like.requests;
  cell.promptTokens += like.promptTokens;
  cell.completionTokens += like.completionTokens;
  cell.images += like.images;
  cell.videos += like.videos;
  cell.audios += like.audios;
  cell.cost += like.cost;
}

function addEach(into: number[], counts: readonly number[]): void {
  for (const [index, count] of counts.entries()) into[index] = (into[index] ?? 0) + count;
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
