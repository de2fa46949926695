import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** DATA_DIR while it is ours. */
export type DataDirClaim = {
  /** Removes server.pid and lets the next process in. The last thing a process does. */
  release(): void;
};

/**
 * Claims DATA_DIR for this process and writes `server.pid`. Throws, with what to do, if another process
 * has it.
 *
 * The claim is SQLite's own exclusive file lock: the kernel drops it when its holder dies, however it dies,
 * so that nothing stale can remain and no pid has to be judged.
 */
export async function claimDataDir(dataDir: string): Promise<DataDirClaim> {
  // As root the folder stays passable for the unprivileged user of Postgres; what lies in it is 0600.
  await mkdir(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const lock = openLock(join(dataDir, "server.lock"));
  const pidFile = join(dataDir, "server.pid");
  try {
    // Nothing is ever written; without the pragma a journal would lie beside the lock all the same.
    lock.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    throw new Error(
      `${dataDir} is in use by process ${holder(pidFile)}: stop it, or set DATA_DIR to another folder`,
      {
        cause,
      },
    );
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return {
    release() {
      rmSync(pidFile, { force: true });
      lock.close();
    },
  };
}

function openLock(path: string): DatabaseSync {
  const lock = new DatabaseSync(path);
  chmodSync(path, 0o600);
  return lock;
}

function holder(pidFile: string): string {
  try {
    return readFileSync(pidFile, "utf8").trim();
  } catch {
    return "(unknown)";
  }
}
