import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { canReach, type Identity } from "./identity.ts";

/** Where things lie that an unprivileged user must reach when we run as root. */
export const SYSTEM_DIR = "/var/lib/tollgate";

/** DATA_DIR/postgres.json (0600): where the cluster is, how to reach it. */
export type PostgresState = {
  /** Absolute path of the cluster, if it could not lie in DATA_DIR. */
  readonly outside?: string;
  readonly port: number | null;
  readonly adminPassword: string;
  readonly password: string;
};

/** The state noted in DATA_DIR, or `undefined` before the first start. */
export async function readState(dataDir: string): Promise<PostgresState | undefined> {
  const path = join(dataDir, STATE_FILE);
  if (existsSync(path)) return JSON.parse(await readFile(path, "utf8")) as PostgresState;
  if (existsSync(join(dataDir, CLUSTER))) {
    throw new Error(
      `${join(dataDir, CLUSTER)} exists but ${path} with its password is missing: restore that file`,
    );
  }
  return undefined;
}

/** Notes the state, whole or not at all. */
export async function writeState(dataDir: string, state: PostgresState): Promise<void> {
  await writeSecretFile(join(dataDir, STATE_FILE), `${JSON.stringify(state, null, 2)}\n`);
}

/** A first state: passwords of 256 random bits, and the cluster outside if that user cannot enter DATA_DIR. */
export function newState(dataDir: string, identity: Identity | undefined): PostgresState {
  const outside =
    identity && !canReach(dataDir, identity) ? join(outsideFolder(dataDir), "cluster") : undefined;
  return {
    ...(outside === undefined ? {} : { outside }),
    port: null,
    adminPassword: randomBytes(32).toString("base64url"),
    password: randomBytes(32).toString("base64url"),
  };
}

/** Absolute where the cluster lies outside; else under `dataDir`, also before the first start. */
export function clusterPath(dataDir: string, state: PostgresState | undefined): string {
  return state?.outside ?? join(dataDir, CLUSTER);
}

/** The owner of an existing cluster. */
export async function clusterOwner(cluster: string): Promise<Identity | undefined> {
  return existsSync(cluster) ? stat(cluster) : undefined;
}

/**
 * Binds a cluster outside to its DATA_DIR: a copied DATA_DIR must not take over the original's database,
 * a moved one keeps it.
 */
export async function claimOutside(dataDir: string, state: PostgresState): Promise<void> {
  if (state.outside === undefined) return;
  const folder = join(state.outside, "..");
  const note = join(folder, "data-dir");
  await mkdir(folder, { recursive: true });
  // Passable in spite of a strict umask; the cluster inside is its user's alone.
  for (const path of [SYSTEM_DIR, folder]) await chmod(path, 0o711);
  const owner = existsSync(note) ? (await readFile(note, "utf8")).trim() : dataDir;
  if (owner !== dataDir && existsSync(join(owner, STATE_FILE))) {
    throw new Error(
      `${dataDir} is a copy of ${owner}, and their database lies in ${state.outside}: remove ${join(dataDir, STATE_FILE)} to begin with an empty one`,
    );
  }
  await writeFile(note, `${dataDir}\n`, { mode: 0o600 });
}

/** A file that only its owner reads, replaced atomically. */
export async function writeSecretFile(path: string, text: string, owner?: Identity): Promise<void> {
  const half = `${path}.${process.pid}.new`;
  await writeFile(half, text, { mode: 0o600 });
  if (owner) await chown(half, owner.uid, owner.gid);
  await rename(half, path);
}

const STATE_FILE = "postgres.json";
const CLUSTER = "postgres";

function outsideFolder(dataDir: string): string {
  return join(SYSTEM_DIR, createHash("sha256").update(dataDir).digest("hex").slice(0, 16));
}
