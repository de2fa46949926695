import type pg from "pg";
import { listenTo } from "#lib/db/listen";
import { revisionChannel } from "#lib/db/revision";
import { log } from "#lib/runtime/log";
import { setSingleton } from "#lib/runtime/singletons";
import { supervise } from "#lib/runtime/supervise";
import type { Snapshot } from "./entries.ts";
import { applyChanges, emptySnapshot, endGrants } from "./snapshot.ts";
import { readChanges, readRevision } from "./store.ts";

export type LiveSnapshot = {
  snapshot: Snapshot;
  /** Loads until the snapshot holds `revision`. */
  catchUp(revision: bigint): Promise<void>;
  /** Calls `listener` with the ids of keys that were just changed; the first load is no change. */
  onKeysChanged(listener: (ids: readonly string[]) => void): void;
  /** Milliseconds that the database's clock is ahead of this node's. */
  clockOffsetMs(): number;
  /** Milliseconds since the database last said which revision is the newest. */
  ageMs(): number;
  stop(): Promise<void>;
};

type Options = {
  pool: pg.Pool;
  open: (sealed: Uint8Array, channelId: string) => string | null;
  pollMs?: number;
};

/**
 * Keeps a snapshot current: asks for the newest revision every `pollMs` and loads what changed. LISTEN only makes it
 * faster; losing the listener costs at most one poll. Rejects if the first load fails.
 */
export async function startSnapshot({ pool, open, pollMs = 700 }: Options): Promise<LiveSnapshot> {
  const snapshot = emptySnapshot();
  // Pages read some settings for every request, too.
  setSingleton("live-settings", snapshot.settings);
  let offsetMs = 0;
  let freshAt = performance.now();
  let loading: Promise<void> | undefined;
  let keysChanged: (ids: readonly string[]) => void = () => undefined;

  async function load(): Promise<void> {
    const changes = await readChanges(pool, snapshot.revision, open);
    applyChanges(snapshot, changes);
    if (changes.keys.length > 0) keysChanged(changes.keys.map(({ id }) => id));
  }
  /** One load at a time; a caller that needs a later one than the running one waits for the next. */
  async function catchUp(revision: bigint): Promise<void> {
    while (snapshot.revision < revision) {
      loading ??= load().finally(() => {
        loading = undefined;
      });
      await loading;
    }
  }
  async function poll(): Promise<void> {
    const asked = Date.now();
    const { revision, databaseNowMs } = await readRevision(pool);
    const answered = Date.now();
    offsetMs = databaseNowMs - (asked + answered) / 2;
    freshAt = performance.now();
    await catchUp(revision);
    endGrants(snapshot, Date.now() + offsetMs);
  }

  await poll();
  const poller = supervise({
    name: "snapshot",
    firstPauseMs: pollMs / 2,
    maxPauseMs: 1_000,
    async run({ signal, up, pause }) {
      while (!signal.aborted) {
        await poll();
        up();
        await pause(pollMs);
      }
    },
  });
  const listener = listenTo({
    part: "revision-listener",
    channel: revisionChannel,
    onPayload(payload) {
      if (!/^\d+$/.test(payload)) return;
      catchUp(BigInt(payload)).catch((error) =>
        log().warn({ err: error }, "a configuration change could not be loaded"),
      );
    },
  });

  return {
    snapshot,
    catchUp,
    onKeysChanged(listener) {
      keysChanged = listener;
    },
    clockOffsetMs: () => offsetMs,
    ageMs: () => performance.now() - freshAt,
    async stop() {
      await Promise.all([poller.stop(), listener.stop()]);
    },
  };
}
