import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const POLL_MS = 200;

/**
 * Runs `work` while no other process holds the lock: a folder that says in it who made it. A lock whose
 * maker has died is taken away.
 *
 * @param {string} path
 * @param {(text: string) => void} say
 * @param {() => void | Promise<void>} work
 */
export async function withLock(path, say, work) {
  mkdirSync(dirname(path), { recursive: true });
  let hasSaid = false;
  while (!tryLock(path)) {
    const holder = holderOf(path);
    if (holder !== undefined && !isAlive(holder)) takeAway(path, holder);
    else if (!hasSaid) {
      say(`Process ${holder} is preparing this clone, waiting for it …`);
      hasSaid = true;
    }
    await wait(POLL_MS);
  }
  const release = () => rmSync(path, { recursive: true, force: true });
  process.once("exit", release);
  try {
    await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

/** Signed first, then renamed: a lock is never there without its maker's id, and a rename has one winner. */
function tryLock(path) {
  const own = `${path}.${process.pid}`;
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, "pid"), String(process.pid));
  try {
    renameSync(own, path);
    return true;
  } catch {
    rmSync(own, { recursive: true, force: true });
    return false;
  }
}

function holderOf(path) {
  try {
    return Number(readFileSync(join(path, "pid"), "utf8"));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Somebody may have been quicker, and the lock be a living one by now: then it goes back. */
function takeAway(path, deadPid) {
  const aside = `${path}.dead.${process.pid}`;
  try {
    renameSync(path, aside);
    if (holderOf(aside) !== deadPid) renameSync(aside, path);
  } catch {
    return;
  }
  rmSync(aside, { recursive: true, force: true });
}
