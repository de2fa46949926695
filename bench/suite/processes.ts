import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";

/** The gateway under test has one core to itself; load, upstream and database share the other. */
export const GATEWAY_CORE = 0;
export const OTHER_CORE = 1;
const NODE = "node_modules/.bin/node";
const CLOCK_TICKS_PER_SECOND = 100;

/** Whether cores can be pinned here. Without it figures of one run still compare, but less sharply. */
export const canPin = spawnSync("taskset", ["-V"]).status === 0;

export type Running = { pid: number; output(): string; end(): Promise<void> };

/** Starts a program of ours on a core; its output is kept. */
export function start(core: number, args: string[], env: Record<string, string> = {}): Running {
  const command = canPin ? ["taskset", "-c", String(core), NODE, ...args] : [NODE, ...args];
  const child = spawn(command[0] ?? NODE, command.slice(1), {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: string[] = [];
  child.stdout.on("data", (data: Buffer) => chunks.push(data.toString()));
  child.stderr.on("data", (data: Buffer) => chunks.push(data.toString()));
  return { pid: child.pid ?? 0, output: () => chunks.join(""), end: () => end(child) };
}

/** Runs a program of ours to its end and reads the JSON that it prints last. Throws with its output if it fails. */
export async function runJson<T>(core: number, script: string, argument: object): Promise<T> {
  const running = start(core, [script, JSON.stringify(argument)]);
  while (isAlive(running.pid)) await new Promise((resolve) => setTimeout(resolve, 25));
  const line = running.output().trim().split("\n").at(-1) ?? "";
  if (!line.startsWith("{")) throw new Error(`${script} failed:\n${running.output()}`);
  return JSON.parse(line) as T;
}

/** Waits for the first JSON line of a program that listens: its port. */
export async function portOf(running: Running): Promise<number> {
  const found = await until(() => /"port":(\d+)/.exec(running.output())?.[1], 10_000);
  if (found === undefined) throw new Error(`it did not start:\n${running.output()}`);
  return Number(found);
}

/** Polls for a value; undefined when there is none after `withinMs`. */
export async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  withinMs: number,
): Promise<T | undefined> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || performance.now() > giveUpAt) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Resident memory of a process, bytes. */
export function rssOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readProc(pid, "status"))?.[1] ?? 0) * 1024;
}

/** CPU seconds that a process has taken, all its threads. */
export function cpuSecondsOf(pid: number): number {
  const fields = readProc(pid, "stat").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
}

/** Moves the Postgres processes that a gateway started to the other core; those that they start follow. */
export function moveDatabase(gatewayPid: number): void {
  if (!canPin) return;
  const parents = new Map(processIds().map((pid) => [pid, parentOf(pid)]));
  for (const pid of parents.keys()) {
    const isBelow = parents.get(pid) === gatewayPid || parents.get(parents.get(pid) ?? 0) === gatewayPid;
    if (isBelow && readProc(pid, "comm").trim() === "postgres") {
      spawnSync("taskset", ["-apc", String(OTHER_CORE), String(pid)]);
    }
  }
}

function processIds(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

function parentOf(pid: number): number {
  return Number(/PPid:\s+(\d+)/.exec(readProc(pid, "status"))?.[1] ?? 0);
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function isAlive(pid: number): boolean {
  const state = /State:\s+(\w)/.exec(readProc(pid, "status"))?.[1];
  return state !== undefined && state !== "Z";
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}
