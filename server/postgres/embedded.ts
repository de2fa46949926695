import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { usableBinaries } from "./binaries.ts";
import { ensureCluster } from "./cluster.ts";
import { postgresIdentity } from "./identity.ts";
import { clearLeftover } from "./leftover.ts";
import {
  claimOutside,
  clusterOwner,
  clusterPath,
  newState,
  readState,
  writeSecretFile,
  writeState,
} from "./place.ts";
import { type Postmaster, type PostmasterOptions, startPostmaster } from "./postmaster.ts";
import { adminUrl, appUrl, provision } from "./provision.ts";
import { type SuperviseLog, supervise } from "./supervise.ts";

/** A running embedded Postgres. */
export type EmbeddedPostgres = {
  /** The app's role and database; the same text stands in DATA_DIR/database.url. */
  readonly url: string;
  /** The superuser, in the database `postgres`. */
  readonly adminUrl: string;
  /** Where the cluster lies: in DATA_DIR, or outside if we are root and DATA_DIR cannot be entered. */
  readonly cluster: string;
  /** Process id of the postmaster that runs now. */
  pid(): number;
  stop(): Promise<void>;
};

/**
 * Starts PostgreSQL 18 on 127.0.0.1 and a free port that is remembered in `dataDir`, makes cluster, role
 * and database at the first start, ends what a kill -9 left behind, and restarts it should it crash.
 * Several may run at once, each in its own `dataDir`; the caller keeps two processes off the same one.
 *
 * @param settings extra server settings, such as `{ fsync: "off" }` in tests
 */
export async function startEmbeddedPostgres(options: {
  readonly dataDir: string;
  readonly log: SuperviseLog;
  readonly settings?: Readonly<Record<string, string>>;
}): Promise<EmbeddedPostgres> {
  const { dataDir, log } = options;
  const isRoot = process.getuid?.() === 0;
  // As root the folder stays passable for the unprivileged user; what lies in it is 0600.
  await mkdir(dataDir, { recursive: true, mode: isRoot ? 0o711 : 0o700 });

  const noted = await readState(dataDir);
  const identity = postgresIdentity(await clusterOwner(clusterPath(dataDir, noted)));
  const binaries = await usableBinaries(identity);
  const state = noted ?? newState(dataDir, identity);
  const cluster = clusterPath(dataDir, state);
  await claimOutside(dataDir, state);
  // The passwords are noted before the cluster exists: after it they could not be recovered.
  if (!noted) await writeState(dataDir, state);
  await ensureCluster({ cluster, binaries, identity, adminPassword: state.adminPassword });
  if (await clearLeftover(cluster)) log.warn("ended the Postgres that an earlier start left running");

  const logFile = join(dataDir, "postgres.log");
  const common = { cluster, binaries, identity, logFile, settings: options.settings ?? {} };
  const { postmaster, port } = await startOnSomePort(common, state.port);
  const supervised = supervise(postmaster, () => restart({ ...common, port }), log);
  try {
    await writeState(dataDir, { ...state, port });
    await provision(adminUrl(port, state.adminPassword), state.password);
    await writeSecretFile(join(dataDir, "database.url"), `${appUrl(port, state.password)}\n`);
  } catch (error) {
    await supervised.stop();
    throw error;
  }
  return {
    url: appUrl(port, state.password),
    adminUrl: adminUrl(port, state.adminPassword),
    cluster,
    pid: supervised.pid,
    stop: supervised.stop,
  };
}

const PORT_TRIES = 5;

/** The remembered port first; another one if somebody else has taken it meanwhile. */
async function startOnSomePort(
  common: Omit<PostmasterOptions, "port">,
  remembered: number | null,
): Promise<{ postmaster: Postmaster; port: number }> {
  for (let tries = 1; ; tries += 1) {
    const port =
      tries === 1 && remembered !== null && (await isFree(remembered)) ? remembered : await freePort();
    try {
      return { postmaster: await startPostmaster({ ...common, port }), port };
    } catch (error) {
      if (tries === PORT_TRIES || (await isFree(port))) throw error;
    }
  }
}

/** After a crash the port must stay: the pools know it. */
async function restart(options: PostmasterOptions): Promise<Postmaster> {
  await clearLeftover(options.cluster);
  return startPostmaster(options);
}

async function isFree(port: number): Promise<boolean> {
  return (await tryListen(port)) !== undefined;
}

async function freePort(): Promise<number> {
  const port = await tryListen(0);
  if (port === undefined) throw new Error("There is no free port on 127.0.0.1");
  return port;
}

function tryListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(undefined));
    probe.listen(port, "127.0.0.1", () => {
      const address = probe.address();
      const found = typeof address === "object" && address ? address.port : undefined;
      probe.close(() => resolve(found));
    });
  });
}
