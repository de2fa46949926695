import { close, closeSync, fdatasync, fdatasyncSync, openSync } from "node:fs";

/** Brings what was written to a file onto the disk. */
export type Sync = {
  /**
   * Calls `done` when all that was written before is on the disk, perhaps at once; with an error when it is not.
   * `wouldHoldUp`: streams are under way, which a standstill of the disk must not stop.
   */
  flush(done: (error: unknown) => void, wouldHoldUp: boolean): void;
  close(): void;
};

/** Of what is measured, the newest counts this much. */
const NEWEST = 0.1;
/** A disk that is usually as fast as this is waited for: going to another thread and back takes longer than the disk does. */
const FAST_MS = 0.4;
/** One round that takes so long is reason enough to leave: the next probably does too. */
const STANDSTILL_MS = 2;
/** So many rounds are done beside the event loop before one on it shows whether the disk is fast (again). */
const FEWEST_BESIDE = 16;
const MOST_BESIDE = 512;

/**
 * Of SQLite's write-ahead log. A commit only writes (synchronous=NORMAL); this makes it last: on the event loop while the disk
 * is fast and it would hold up no stream, on another thread when not, so that a disk that is slow, or stands still for a moment, is
 * waited for by those alone whose bill it is. SQLite itself syncs before it reuses the log, so the two together keep what
 * synchronous=FULL keeps.
 */
export function syncOf(path: string, nowMs: () => number = () => performance.now()): Sync {
  // Read and write: a system may sync only what could have been written through the descriptor.
  const fd = openSync(`${path}-wal`, "r+");
  let usualMs = 0;
  let besideLeft = 0;
  let nextBeside = FEWEST_BESIDE;
  let fastInARow = 0;
  let isUnderWay = false;
  let isClosed = false;

  /** A disk that stands still now and then is not a slow one: who came back too early stays away twice as long. */
  function learn(tookMs: number): void {
    usualMs += NEWEST * (Math.min(tookMs, STANDSTILL_MS) - usualMs);
    if (usualMs < FAST_MS && tookMs < STANDSTILL_MS) {
      fastInARow += 1;
      if (fastInARow === MOST_BESIDE) nextBeside = FEWEST_BESIDE;
      return;
    }
    fastInARow = 0;
    besideLeft = nextBeside;
    nextBeside = Math.min(MOST_BESIDE, nextBeside * 2);
    // The benefit of the doubt: the first round back on the loop counts, not what was before.
    usualMs = Math.min(usualMs, FAST_MS * 0.99);
  }

  function onTheLoop(): void {
    const startedMs = nowMs();
    fdatasyncSync(fd);
    learn(nowMs() - startedMs);
  }

  return {
    flush(done, wouldHoldUp) {
      if (besideLeft === 0 && !wouldHoldUp) {
        let failure: unknown = null;
        try {
          onTheLoop();
        } catch (error) {
          failure = error;
        }
        done(failure);
        return;
      }
      besideLeft = Math.max(0, besideLeft - 1);
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
