import { existsSync } from "node:fs";
import { migrate } from "#lib/db/migrate";
import { ConfigError, config, setConfig } from "#lib/runtime/config";
import { log } from "#lib/runtime/log";
import { previousKeyPath } from "#lib/secrets/key-file/live";
import { MasterKeyError } from "#lib/secrets/live";
import { rotateMasterKey } from "#lib/secrets/rotation/live";
import { claimDataDir } from "./data-dir.ts";
import { createLifecycle, type Lifecycle } from "./lifecycle.ts";
import { startEmbeddedPostgres } from "./postgres/embedded.ts";

/** `npm run rotate-master-key`: with every node stopped, gives the stored secrets a new master key. */
async function main(): Promise<void> {
  const lifecycle = createLifecycle();
  try {
    if (existsSync(".env")) process.loadEnvFile(".env");
    console.log(await rotate(lifecycle));
  } catch (error) {
    process.exitCode = 1;
    console.error(explain(error));
  }
  await lifecycle.stopAll();
  process.exit();
}

async function rotate(lifecycle: Lifecycle): Promise<string> {
  const { dataDir, databaseUrl, masterKeyFile } = config();
  const claim = await claimDataDir(dataDir);
  lifecycle.onStop("data folder", claim.release);
  if (databaseUrl === undefined) {
    const postgres = await startEmbeddedPostgres({ dataDir, log: log() });
    lifecycle.onStop("embedded Postgres", postgres.stop);
    setConfig({ ...config(), databaseUrl: postgres.url, databaseDirectUrl: postgres.url });
  }
  await migrate(config().databaseDirectUrl ?? "");
  const { resealed, finished } = await rotateMasterKey(masterKeyFile);
  const done = finished
    ? "Finished a rotation that had been cut off."
    : `Sealed ${resealed} secrets with a new master key.`;
  return [
    `${done} It stands in ${masterKeyFile}.`,
    `The old key is kept in ${previousKeyPath(masterKeyFile)}: backups made before now open only with it.`,
    "Copy the new file to every other node before you start it. Everyone signs in again.",
  ].join("\n");
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof MasterKeyError) return `The master key was not rotated: ${error.message}`;
  return `The master key was not rotated: ${error instanceof Error ? error.message : String(error)}`;
}

await main();
