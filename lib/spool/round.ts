import type { Settlement } from "#lib/settlement/batch";
import type { Block } from "./block.ts";

/** A settlement that is not on the disk yet. One of the two is called: with its number, or why there is none. */
export type Waiting = {
  settlement: Settlement;
  committed: (seq: number) => void;
  failed: (error: unknown) => void;
};

/** Settlements that were written and are not on the disk yet. */
export type Round = { settled: readonly Waiting[]; firstSeq: number; block: Block | undefined };
