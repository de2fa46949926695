import { close, closeSync, fdatasync, fdatasyncSync, openSync } from "node:fs";

/** Brings what was written to a file onto the disk. */
export type Sync = {
  /** Resolves when all that was written before the call is on the disk. */
  flush(): Promise<void>;
  flushNow(): void;
  close(): void;
};

/**
 * Of SQLite's write-ahead log. A commit only writes (synchronous=NORMAL); this makes it last, on another thread: a disk
 * that takes milliseconds for it does not hold up everyone's streams. SQLite itself syncs before it reuses the log, so the
 * two together keep what synchronous=FULL keeps.
 */
export function syncOf(path: string): Sync {
  // Read and write: a system may sync only what could have been written through the descriptor.
  const fd = openSync(`${path}-wal`, "r+");
  let running: Promise<void> | undefined;
  return {
    flush() {
      running = new Promise((resolve, reject) => {
        fdatasync(fd, (error) => (error === null ? resolve() : reject(error)));
      });
      return running;
    },
    flushNow: () => fdatasyncSync(fd),
    close() {
      if (running === undefined) closeSync(fd);
      else {
        const end = () => close(fd, () => undefined);
        running.then(end, end);
      }
    },
  };
}
