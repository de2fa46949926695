import { uuidTimeMs } from "#lib/core/uuid";
import { slotOf } from "#lib/pricing/hours";
import { contextStepOf } from "#lib/pricing/tiers";
import { tokenUnits } from "#lib/pricing/units";
import { splitTokens } from "#lib/pricing/usage";
import { bucketOf, emptyHistogram } from "./histogram.ts";
import type { CountedRow } from "./row.ts";

/** Rows of a batch that no rollup tells apart, added up. Absent ids are the empty string. */
export type LikeRows = {
  minuteMs: number;
  accountId: string;
  keyId: string;
  groupId: string;
  channelId: string;
  /** As it stands in the rows; `summedModel` is the one under which they are counted. */
  model: string;
  summedModel: string;
  ip: string | null;
  /** The first digit of the status. */
  statusClass: number;
  /** Set where the rows were billed: `contextStepOf` the prompt, `slotOf` the admission. */
  billed: { step: number; slot: number; imageKind: string } | undefined;

  requests: number;
  /** Of billed rows: for each of them a price per call was paid. A task's end is no request, and is billed. */
  calls: number;
  promptTokens: number;
  completionTokens: number;
  /** Of billed rows: per token unit, as if every unit had a price of its own. */
  tokens: number[];
  images: number;
  videos: number;
  audios: number;
  seconds: number;
  characters: number;
  cost: bigint;
  upstreamCost: bigint;
  latencyHistogram: number[];
  firstTokenHistogram: number[];
  firstSeenMs: number;
  lastSeenMs: number;
  /** Of the newest row. */
  userAgent: string | null;
};

/** Under which model a row is summed: names that callers make up are endless. */
export const summedModel = ({ model, isModelUnknown }: CountedRow) => (isModelUnknown ? "" : (model ?? ""));

/**
 * A batch's rows by all that any rollup tells them apart by. There are few kinds in a batch, so that the rollups
 * themselves are made of a handful of sums in place of every row.
 */
export class LikeRowsSums {
  /** By key and address: of one key's calls from one place there are few kinds in a batch. */
  readonly #kinds = new Map<string, LikeRows[]>();

  /** Keeps nothing of the row but its values. */
  add(row: CountedRow): void {
    const key = `${row.keyId}\n${row.ip}`;
    let kinds = this.#kinds.get(key);
    if (kinds === undefined) {
      kinds = [];
      this.#kinds.set(key, kinds);
    }
    let like = kinds.find((kind) => isLike(kind, row));
    if (like === undefined) {
      like = emptyKind(row);
      kinds.push(like);
    }
    add(like, row);
  }

  all(): LikeRows[] {
    return [...this.#kinds.values()].flat();
  }
}

/** Of what a call of an endpoint makes one; how many images it makes its row says. */
export function madeBy(endpoint: string): "video" | "audio" | undefined {
  if (endpoint === "/v1/videos" || /^\/v3\/.*(video|[-_][ti]2v$|minimax)/.test(endpoint)) return "video";
  return endpoint.startsWith("/v1/audio/") ? "audio" : undefined;
}

/** When the call was admitted that is billed: prices of an hour go by it. A task's end is billed as its beginning. */
export const admittedMs = ({ parentId, createdAtMs }: Pick<CountedRow, "parentId" | "createdAtMs">) =>
  parentId === undefined ? createdAtMs : (uuidTimeMs(parentId) ?? createdAtMs);

const minuteOf = (row: CountedRow) => row.createdAtMs - (row.createdAtMs % 60_000);
const statusClassOf = (row: CountedRow) => Math.floor(row.status / 100);
const isBilled = (row: CountedRow) => row.priceVersionId !== null && row.usageSource !== "none";

/** Of rows of the same key from the same address: whether no rollup tells this one from those. */
function isLike(like: LikeRows, row: CountedRow): boolean {
  return (
    like.accountId === (row.accountId ?? "") &&
    like.channelId === (row.channelId ?? "") &&
    like.groupId === (row.groupId ?? "") &&
    like.minuteMs === minuteOf(row) &&
    like.statusClass === statusClassOf(row) &&
    like.summedModel === summedModel(row) &&
    isBilledLike(like, row)
  );
}

/** Made-up names differ from row to row and are summed as one, unless such a row was billed all the same. */
function isBilledLike({ billed, model }: LikeRows, row: CountedRow): boolean {
  if (!isBilled(row)) return billed === undefined;
  return (
    billed !== undefined &&
    billed.step === contextStepOf(row.promptTokens) &&
    billed.slot === slotOf(admittedMs(row)) &&
    billed.imageKind === (row.imageKind ?? "") &&
    model === (row.model ?? "")
  );
}

function emptyKind(row: CountedRow): LikeRows {
  return {
    minuteMs: minuteOf(row),
    accountId: row.accountId ?? "",
    keyId: row.keyId ?? "",
    groupId: row.groupId ?? "",
    channelId: row.channelId ?? "",
    model: row.model ?? "",
    summedModel: summedModel(row),
    ip: row.ip,
    statusClass: statusClassOf(row),
    billed: isBilled(row)
      ? {
          step: contextStepOf(row.promptTokens),
          slot: slotOf(admittedMs(row)),
          imageKind: row.imageKind ?? "",
        }
      : undefined,
    requests: 0,
    calls: 0,
    promptTokens: 0,
    completionTokens: 0,
    tokens: tokenUnits.map(() => 0),
    images: 0,
    videos: 0,
    audios: 0,
    seconds: 0,
    characters: 0,
    cost: 0n,
    upstreamCost: 0n,
    latencyHistogram: emptyHistogram(),
    firstTokenHistogram: emptyHistogram(),
    firstSeenMs: row.createdAtMs,
    lastSeenMs: row.createdAtMs,
    userAgent: row.userAgent,
  };
}

function add(like: LikeRows, row: CountedRow): void {
  like.requests += row.repeats;
  like.calls += row.parentId === undefined ? row.repeats : 1;
  like.promptTokens += row.promptTokens;
  like.completionTokens += row.completionTokens;
  like.images += row.images;
  like.seconds += row.seconds;
  like.characters += row.characters;
  if (row.costNanoUsd !== 0n) like.cost += row.costNanoUsd;
  if (row.upstreamCostNanoUsd !== 0n) like.upstreamCost += row.upstreamCostNanoUsd;
  // Counted when they are made, as their limits are.
  if (row.status < 400 && row.parentId === undefined) {
    const made = madeBy(row.endpoint);
    if (made === "video") like.videos += 1;
    else if (made === "audio") like.audios += 1;
  }
  if (like.billed !== undefined) addTokens(like.tokens, row);
  observe(like.latencyHistogram, row.latencyMs, row.repeats);
  if (row.firstTokenMs !== null) observe(like.firstTokenHistogram, row.firstTokenMs, row.repeats);
  if (row.createdAtMs >= like.lastSeenMs) like.userAgent = row.userAgent;
  like.firstSeenMs = Math.min(like.firstSeenMs, row.createdAtMs);
  like.lastSeenMs = Math.max(like.lastSeenMs, row.createdAtMs);
}

const INPUT = tokenUnits.indexOf("input");
const OUTPUT = tokenUnits.indexOf("output");

function addTokens(tokens: number[], row: CountedRow): void {
  if (hasNoParts(row)) {
    tokens[INPUT] = (tokens[INPUT] ?? 0) + row.promptTokens;
    tokens[OUTPUT] = (tokens[OUTPUT] ?? 0) + row.completionTokens;
    return;
  }
  const used = splitTokens(row);
  for (let index = 0; index < tokenUnits.length; index += 1) {
    const unit = tokenUnits[index];
    if (unit !== undefined) tokens[index] = (tokens[index] ?? 0) + (used[unit] ?? 0);
  }
}

/** Of most calls' tokens nothing more is said than how many went in and came out. */
function hasNoParts(row: CountedRow): boolean {
  const cached = row.cacheReadTokens + row.cacheWriteTokens5m + row.cacheWriteTokens1h;
  const input = row.audioInputTokens + row.imageInputTokens;
  const output = row.audioOutputTokens + row.imageOutputTokens + row.reasoningTokens;
  return cached + input + output === 0;
}

function observe(histogram: number[], ms: number, times: number): void {
  const index = bucketOf(ms);
  histogram[index] = (histogram[index] ?? 0) + times;
}
