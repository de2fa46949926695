import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/**
 * Ends what an earlier life left running on this cluster (we were killed with -9, or the postmaster was
 * and its backends still finish) and removes the lock file that would block the next start.
 */
export async function clearLeftover(cluster: string): Promise<boolean> {
  const lockFile = join(cluster, "postmaster.pid");
  const found = clusterProcesses(cluster);
  if (found.length > 0) await endAll(cluster);
  // A recycled pid, or a zombie nobody has reaped, would make Postgres believe in the old lock file.
  if (existsSync(lockFile) && clusterProcesses(cluster).length === 0) await rm(lockFile, { force: true });
  return found.length > 0;
}

/** First line of postmaster.pid. */
export function lockFilePid(cluster: string): number | undefined {
  try {
    const [first] = readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
    const pid = Number(first);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Escalates: fast shutdown of the postmaster, then immediate, then all processes by force. */
async function endAll(cluster: string): Promise<void> {
  for (const [signal, patienceMs] of STEPS) {
    const pids = clusterProcesses(cluster);
    const postmaster = pids.find((pid) => pid === lockFilePid(cluster));
    // Backends without a postmaster notice its death by themselves; only force reaches them otherwise.
    for (const pid of signal === "SIGKILL" ? pids : [postmaster]) if (pid) send(pid, signal);
    const until = Date.now() + patienceMs;
    while (Date.now() < until) {
      if (clusterProcesses(cluster).length === 0) return;
      await wait(20);
    }
  }
  throw new Error(
    `Postgres processes of an earlier start still use ${cluster}: end ${clusterProcesses(cluster).join(", ")}`,
  );
}

const STEPS = [
  ["SIGINT", 15_000],
  ["SIGQUIT", 5_000],
  ["SIGKILL", 5_000],
] as const;

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

/** Living processes of this cluster; every Postgres process works in its data directory. */
function clusterProcesses(cluster: string): number[] {
  const path = existsSync(cluster) ? realpathSync(cluster) : cluster;
  if (existsSync("/proc/self/cwd"))
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => worksIn(pid, path));
  const pid = lockFilePid(cluster);
  return pid !== undefined && commandOf(pid).includes("postgres") ? [pid] : [];
}

function worksIn(pid: number, folder: string): boolean {
  if (!Number.isInteger(pid)) return false;
  try {
    // A zombie has no working directory any more; somebody's shell in that folder is not ours to end.
    if (readlinkSync(`/proc/${pid}/cwd`) !== folder) return false;
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "postgres";
  } catch {
    return false;
  }
}

function commandOf(pid: number): string {
  try {
    return execFileSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" });
  } catch {
    return "";
  }
}
