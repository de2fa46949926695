import { close, closeSync, fdatasync, fdatasyncSync, openSync } from "node:fs";

/** Brings what was written to a file onto the disk. */
export type Sync = {
  /** Calls `done` when all that was written before is on the disk, perhaps at once; with an error when it is not. */
  flush(done: (error: unknown) => void): void;
  close(): void;
};

/** Of what is measured, the newest counts this much. */
const NEWEST = 0.1;
/** A disk as fast as this is waited for: going to another thread and back takes longer than the disk does. */
const FAST_MS = 0.4;
/** After so many rounds beside the event loop, one on it shows whether the disk has become fast again. */
const TRY_AGAIN_AFTER = 500;

/**
 * Of SQLite's write-ahead log. A commit only writes (synchronous=NORMAL); this makes it last: on the event loop while the disk
 * is fast, on another thread when it is not, so that a slow disk does not hold up everyone's streams. SQLite itself
 * syncs before it reuses the log, so the two together keep what synchronous=FULL keeps.
 */
export function syncOf(path: string, nowMs: () => number = () => performance.now()): Sync {
  // Read and write: a system may sync only what could have been written through the descriptor.
  const fd = openSync(`${path}-wal`, "r+");
  let usualMs = 0;
  let beside = 0;
  let isUnderWay = false;
  let isClosed = false;

  function onTheLoop(): void {
    const startedMs = nowMs();
    fdatasyncSync(fd);
    usualMs += NEWEST * (nowMs() - startedMs - usualMs);
    beside = 0;
  }

  return {
    flush(done) {
      if (usualMs < FAST_MS || beside >= TRY_AGAIN_AFTER) {
        let failure: unknown = null;
        try {
          onTheLoop();
        } catch (error) {
          failure = error;
        }
        done(failure);
        return;
      }
      beside += 1;
      isUnderWay = true;
      fdatasync(fd, (error) => {
        isUnderWay = false;
        if (isClosed) close(fd, () => undefined);
        done(error);
      });
    },
    close() {
      isClosed = true;
      if (!isUnderWay) closeSync(fd);
    },
  };
}
