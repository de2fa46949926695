import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { clusterPath, readState } from "#server/postgres/place";
import { OWNER } from "./owner.ts";

/** Which side answers the gateway's paths in this run: E2E_MOUNT=next tries the route handlers. */
export const mount: "server" | "next" = process.env.E2E_MOUNT === "next" ? "next" : "server";

/** A running server process and its folder. */
export type Tollgate = {
  url: string;
  dataDir: string;
  pid: number;
  /** Everything that it has printed so far, stdout and stderr. */
  output(): string;
  /** SIGTERM; resolves to the exit code. The folder stays until `remove`. */
  stop(): Promise<number | null>;
  /** kill -9 of the server process alone: its Postgres is left behind, as in a crash. */
  kill9(): Promise<void>;
  /** Stops what still runs and deletes the folder. */
  remove(): Promise<void>;
};

export type TollgateOptions = {
  mount?: "server" | "next";
  databaseUrl?: string;
  dataDir?: string;
  env?: Record<string, string>;
  /** `next start` without our server around it: where Next runs, the gateway runs. */
  nextAlone?: boolean;
};

/**
 * Starts `server/main.ts` as an operator would, on a free port of 127.0.0.1, and waits until /readyz says yes.
 * Without `databaseUrl` it brings its own Postgres. Throws with the output if it ends or takes 90 s.
 */
export async function startTollgate(options: TollgateOptions = {}): Promise<Tollgate> {
  const dataDir = options.dataDir ?? (await newDataDir());
  const port = await freePort();
  const chunks: string[] = [];
  const program = options.nextAlone
    ? ["node_modules/next/dist/bin/next", "start", "--hostname", "127.0.0.1", "--port", String(port)]
    : ["server/main.ts"];
  const child = spawn(resolve("node_modules/.bin/node"), program, {
    env: environment(options, dataDir, port),
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (data: Buffer) => chunks.push(data.toString()));
  child.stderr.on("data", (data: Buffer) => chunks.push(data.toString()));
  const ended = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
  const url = `http://127.0.0.1:${port}`;
  const output = () => chunks.join("");
  try {
    await untilReady(`${url}/${options.nextAlone ? "v1/models" : "readyz"}`, child, output);
  } catch (error) {
    if (options.dataDir === undefined) await remove(child, ended, dataDir);
    throw error;
  }
  return {
    url,
    dataDir,
    pid: child.pid ?? 0,
    output,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
    kill9: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    remove: () => remove(child, ended, dataDir),
  };
}

/** A folder for DATA_DIR that the unprivileged user of an embedded Postgres can enter. */
export async function newDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "tollgate-e2e-"));
  await chmod(dataDir, 0o711);
  return dataDir;
}

function environment(options: TollgateOptions, dataDir: string, port: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NODE_ENV: "production",
    PORT: String(port),
    DATA_DIR: dataDir,
    OWNER_EMAIL: OWNER.email,
    OWNER_PASSWORD: OWNER.password,
    SIMULATOR: "on",
    GATEWAY_MOUNT: options.mount ?? mount,
    ...(options.databaseUrl ? { DATABASE_URL: options.databaseUrl } : {}),
    ...options.env,
  };
}

async function untilReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const giveUpAt = Date.now() + 90_000;
  while (Date.now() < giveUpAt) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`The server ended before it was ready:\n${output()}`);
    }
    const ready = await fetch(url).then(
      async (response) => {
        await response.body?.cancel();
        return response.status < 500;
      },
      () => false,
    );
    if (ready) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  child.kill("SIGKILL");
  throw new Error(`The server was not ready after 90 s:\n${output()}`);
}

async function remove(child: ChildProcess, ended: Promise<number | null>, dataDir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
  await ended;
  const cluster = clusterPath(dataDir, await readState(dataDir));
  await stopLeftPostgres(join(cluster, "postmaster.pid"));
  await rm(cluster, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}

/** After a kill -9 the server's Postgres still runs: SIGQUIT ends it at once. */
async function stopLeftPostgres(pidFile: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number((await readFile(pidFile, "utf8")).split("\n")[0]);
  try {
    process.kill(pid, "SIGQUIT");
  } catch {
    // It has ended by itself.
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? done(address.port) : fail(new Error("no free port")),
      );
    });
  });
}
