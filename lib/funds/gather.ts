/** What stands in the database of what a call is short of: money that is free there, and what nodes have leased. */
export type Standing = { availableNanoUsd: bigint; leasedNanoUsd: bigint };

export type GatherParts = {
  look(): Promise<Standing>;
  /** Asks every node for what is free of it. */
  recall(): Promise<void>;
  nowMs(): number;
  pause(ms: number): Promise<void>;
};

const LOOK_AGAIN_MS = 10;

/**
 * Waits until `needNanoUsd` is available, asking nodes once for money that lies idle with them. False: even all that is
 * leased would not suffice, or what is missing has not come by `giveUpAtMs`. True promises nothing: others may take it.
 */
export async function gather(needNanoUsd: bigint, giveUpAtMs: number, parts: GatherParts): Promise<boolean> {
  for (let isAsked = false; ; isAsked = true) {
    const { availableNanoUsd, leasedNanoUsd } = await parts.look();
    if (availableNanoUsd >= needNanoUsd) return true;
    if (availableNanoUsd + leasedNanoUsd < needNanoUsd || parts.nowMs() >= giveUpAtMs) return false;
    if (!isAsked) await parts.recall();
    await parts.pause(LOOK_AGAIN_MS);
  }
}
