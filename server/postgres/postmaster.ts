import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Binaries, POSTGRES_ENV } from "./binaries.ts";
import type { Identity } from "./identity.ts";

/** One run of the Postgres server. */
export type Postmaster = {
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason, with words for a log line. */
  readonly ended: Promise<string>;
  /** Fast shutdown; immediate after 10 s; resolves when it has ended. */
  stop(): Promise<void>;
};

export type PostmasterOptions = {
  readonly cluster: string;
  readonly binaries: Binaries;
  readonly identity: Identity | undefined;
  readonly port: number;
  readonly logFile: string;
  readonly settings: Readonly<Record<string, string>>;
};

/**
 * Starts Postgres in a session of its own (a Ctrl-C in the terminal does not reach it) and resolves when
 * it accepts connections, however long recovery takes. Throws with the log's last lines if it ends before.
 */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const log = openLog(options.logFile);
  const child = spawn(join(options.binaries.bin, "postgres"), commandLine(options), {
    ...options.identity,
    cwd: options.cluster,
    detached: true,
    stdio: ["ignore", log, log],
    env: POSTGRES_ENV,
  });
  closeSync(log);
  endWithUs(child);
  const ended = endOf(child);
  let over: string | undefined;
  void ended.then((how) => {
    over = how;
  });
  while (!isReady(options.cluster, child.pid)) {
    await Promise.race([ended, wait(10)]);
    if (over !== undefined)
      throw new Error(`Postgres ended while starting (${over})${lastLines(options.logFile)}`);
  }
  return { pid: child.pid ?? 0, ended, stop: () => stop(child, ended) };
}

/** Settings that keep row contents out of the log (design: no content, no secrets anywhere on disk but the tables). */
const QUIET_LOG = {
  log_min_messages: "log",
  log_error_verbosity: "terse",
  log_min_error_statement: "panic",
  log_parameter_max_length_on_error: "0",
  log_statement: "none",
  log_checkpoints: "off",
  log_line_prefix: "%m [%p] ",
};

const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "100",
  shared_buffers: "128MB",
  synchronous_commit: "on",
  timezone: "UTC",
  ...QUIET_LOG,
};

function commandLine(options: PostmasterOptions): string[] {
  const settings = { ...SETTINGS, ...options.settings, port: String(options.port) };
  return [
    "-D",
    options.cluster,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}

/** Should something call process.exit() behind our back, Postgres is not left behind. */
function endWithUs(child: ChildProcess): void {
  const end = () => child.kill("SIGINT");
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
  });
}

/** As pg_ctl sees it: the lock file is this child's and its eighth line says ready. */
function isReady(cluster: string, pid: number | undefined): boolean {
  try {
    const lines = readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
    return lines[0] === String(pid) && lines[7]?.trim() === "ready";
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill("SIGINT");
  const impatience = setTimeout(() => child.kill("SIGQUIT"), 10_000);
  await ended;
  clearTimeout(impatience);
}

const LOG_MAX_BYTES = 10_000_000;

function openLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_MAX_BYTES) renameSync(path, `${path}.1`);
  return openSync(path, "a", 0o600);
}

function lastLines(path: string): string {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n").slice(-5);
  return `:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
