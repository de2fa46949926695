import { readFile, rm } from "node:fs/promises";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "#server/postgres/embedded";
import { clusterPath, readState } from "#server/postgres/place";
import { newDataDir } from "./tollgate.ts";

/** A Postgres of the test's own, which it may stop and start again at the same address. */
export type OwnPostgres = {
  url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and deletes its files. */
  remove(): Promise<void>;
};

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dataDir = await newDataDir();
  const log = { info() {}, warn() {}, error() {} };
  let running: EmbeddedPostgres | undefined;
  const start = async () => {
    running = await startEmbeddedPostgres({ dataDir, log });
    return running;
  };
  const stop = async () => {
    await running?.stop();
    running = undefined;
  };
  const { url, cluster } = await start();
  return {
    url,
    stop,
    async start() {
      const again = await start();
      if (again.url !== url) throw new Error("Postgres came back at another address");
    },
    async remove() {
      await stop();
      await rm(cluster, { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** kill -9 of the Postgres that a server brought along: what it had not written to disk is gone. */
export async function killPostgres(dataDir: string): Promise<void> {
  const state = await readState(dataDir);
  if (state === undefined) throw new Error("no embedded Postgres");
  const pidFile = await readFile(`${clusterPath(dataDir, state)}/postmaster.pid`, "utf8");
  process.kill(Number(pidFile.split("\n")[0]), "SIGKILL");
}
