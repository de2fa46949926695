import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Binaries, POSTGRES_ENV } from "./binaries.ts";
import type { Identity } from "./identity.ts";
import { writeSecretFile } from "./place.ts";

/** Name of the cluster's superuser; the app itself connects as a lesser role. */
export const ADMIN_ROLE = "postgres";

/**
 * Makes the cluster unless it is there. It appears by a rename, so that a start which dies on the way
 * leaves nothing that looks finished.
 */
export async function ensureCluster(options: {
  readonly cluster: string;
  readonly binaries: Binaries;
  readonly identity: Identity | undefined;
  readonly adminPassword: string;
}): Promise<void> {
  const { cluster, binaries, identity, adminPassword } = options;
  if (existsSync(join(cluster, "PG_VERSION"))) return refuseOtherVersion(cluster);

  const half = `${cluster}.new`;
  const passwordFile = `${cluster}.password`;
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { mode: 0o700 });
  if (identity) await chown(half, identity.uid, identity.gid);
  try {
    await writeSecretFile(passwordFile, adminPassword, identity);
    await run(
      join(binaries.bin, "initdb"),
      [...initdbArguments, `--pgdata=${half}`, `--pwfile=${passwordFile}`],
      {
        ...identity,
        cwd: half,
        env: POSTGRES_ENV,
      },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(half, cluster);
}

const run = promisify(execFile);

const MAJOR_VERSION = "18";

const initdbArguments = [
  `--username=${ADMIN_ROLE}`,
  "--auth=scram-sha-256",
  "--encoding=UTF8",
  "--locale-provider=builtin",
  "--builtin-locale=C.UTF-8",
  "--no-instructions",
];

async function refuseOtherVersion(cluster: string): Promise<void> {
  const version = (await readFile(join(cluster, "PG_VERSION"), "utf8")).trim();
  if (version === MAJOR_VERSION) return;
  throw new Error(
    `The cluster in ${cluster} is of PostgreSQL ${version}, this version of Tollgate brings ${MAJOR_VERSION}`,
  );
}
