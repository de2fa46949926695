import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism, constants, setPriority } from "node:os";
import { setFlagsFromString } from "node:v8";

/** What Linux calls the threads on which V8 marks, sweeps and compiles beside the main one. */
const HELPERS = "V8Worker";
const TASKS = "/proc/self/task";

/**
 * With one core, V8's helper threads run in place of the main one, not beside it: while four of them mark a heap of some
 * hundred megabytes, every call waits for a third of a second. They get what the main thread leaves. So that it
 * never waits for one of them while another process has the core, it collects alone what it waits for.
 * With more cores, and where threads cannot be seen, nothing changes.
 */
export function favourMainThread(cores: number = availableParallelism()): void {
  if (cores > 1) return;
  for (const flag of ["scavenge", "compaction", "pointer-update"])
    setFlagsFromString(`--no-parallel-${flag}`);
  try {
    for (const id of readdirSync(TASKS)) {
      const name = readFileSync(`${TASKS}/${id}/comm`, "utf8").trim();
      if (name === HELPERS) setPriority(Number(id), constants.priority.PRIORITY_LOW);
    }
  } catch {
    // Not Linux, or not allowed: the threads stay equals.
  }
}
