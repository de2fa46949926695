/** What an account's running calls hold on this node, nano-USD; 0: nothing any more. */
export type NodeHold = { accountId: string; heldNanoUsd: bigint };

export type HoldPublisher = {
  /** Tells what has changed since the last time. While one telling is under way another does nothing. */
  publish(): Promise<void>;
  /** Tells that nothing is held any more. */
  clear(): Promise<void>;
};

/**
 * Keeps the database told what this node's running calls hold, for other nodes to show. `tell` writes changes down,
 * `forget` removes all that this node ever told: the first word of a process, for its predecessor may have died.
 */
export function createHoldPublisher(parts: {
  held(): ReadonlyMap<string, bigint>;
  tell(changes: readonly NodeHold[]): Promise<void>;
  forget(): Promise<void>;
}): HoldPublisher {
  let told: ReadonlyMap<string, bigint> = new Map();
  let isFirst = true;
  let running: Promise<void> | undefined;

  async function tellChanges(): Promise<void> {
    if (isFirst) await parts.forget();
    isFirst = false;
    const held = new Map(parts.held());
    const changes = changesBetween(told, held);
    if (changes.length > 0) await parts.tell(changes);
    // Not before: what was told and not answered is told again.
    told = held;
  }

  return {
    async publish() {
      if (running !== undefined) return;
      running = tellChanges().finally(() => {
        running = undefined;
      });
      await running;
    },
    async clear() {
      await running?.catch(() => undefined);
      await parts.forget();
      told = new Map();
    },
  };
}

function changesBetween(
  before: ReadonlyMap<string, bigint>,
  now: ReadonlyMap<string, bigint>,
): readonly NodeHold[] {
  const changes: NodeHold[] = [];
  for (const [accountId, heldNanoUsd] of now) {
    if (before.get(accountId) !== heldNanoUsd) changes.push({ accountId, heldNanoUsd });
  }
  for (const accountId of before.keys())
    if (!now.has(accountId)) changes.push({ accountId, heldNanoUsd: 0n });
  return changes;
}
