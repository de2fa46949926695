import { singleton } from "./singletons.ts";

type Holds = { nodeId: string; ask: (accountId: string) => bigint };

const slot = () => singleton("open-holds", () => ({ holds: undefined as Holds | undefined }));

/** The leased engine says how it can be asked what an account's running calls on this node hold. */
export function registerOpenHolds(nodeId: string, ask: Holds["ask"]): void {
  slot().holds = { nodeId, ask };
}

/** Nano-USD held in this node's memory by an account's running calls; 0n where no leased engine runs. */
export function openHolds(accountId: string): bigint {
  return slot().holds?.ask(accountId) ?? 0n;
}

/** The node whose memory openHolds knows; null where no leased engine runs. */
export function openHoldsNode(): string | null {
  return slot().holds?.nodeId ?? null;
}
