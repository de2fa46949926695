import { singleton } from "./singletons.ts";

type Ask = (accountId: string) => bigint;

const slot = () => singleton("open-holds", () => ({ ask: undefined as Ask | undefined }));

/** The leased engine says how it can be asked what an account's running calls on this node hold. */
export function registerOpenHolds(ask: Ask): void {
  slot().ask = ask;
}

/** Nano-USD held in this node's memory by an account's running calls; 0n where no leased engine runs. */
export function openHolds(accountId: string): bigint {
  return slot().ask?.(accountId) ?? 0n;
}
