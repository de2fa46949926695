import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** The user that Postgres runs as. Postgres refuses to run as root. */
export type Identity = { readonly uid: number; readonly gid: number };

/**
 * Whom to run Postgres as: the owner of an existing cluster, else an existing unprivileged user.
 * `undefined` means ourselves: we are not root. Nothing is created: a machine with only npm is enough.
 */
export function postgresIdentity(clusterOwner: Identity | undefined): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (clusterOwner && clusterOwner.uid !== 0) return clusterOwner;
  const found = findUser("postgres") ?? findUser("nobody");
  if (found) return found;
  throw new Error(
    "Running as root, and there is neither a user `postgres` nor `nobody` to run the embedded Postgres as: start as an ordinary user or set DATABASE_URL",
  );
}

/** Whether that user can enter every folder on the way to `path`, by the folders' mode bits. */
export function canReach(path: string, identity: Identity): boolean {
  return [path, realpathSync(path)].every((way) => canWalk(way, identity));
}

function canWalk(path: string, identity: Identity): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if (!canEnter(folder, identity)) return false;
    if (folder === dirname(folder)) return true;
  }
}

function canEnter(folder: string, identity: Identity): boolean {
  const { mode, uid, gid } = statSync(folder);
  if (uid === identity.uid) return (mode & 0o100) !== 0;
  if (gid === identity.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

function findUser(name: string): Identity | undefined {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = (line ?? "").split(":");
  if (!uid || !gid || uid === "0") return undefined;
  // macOS writes nobody as -2; the system calls want it unsigned.
  return { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
}
