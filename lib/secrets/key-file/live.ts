import { randomBytes } from "node:crypto";
import { link, open, readFile, rename, rm, unlink } from "node:fs/promises";
import { formatKeyFile, type MasterKey, parseKeyFile } from "../box.ts";

/** The key in a file; undefined when there is no such file. Throws when it holds something else. */
export async function readKeyFile(path: string): Promise<MasterKey | undefined> {
  try {
    return parseKeyFile(await readFile(/* turbopackIgnore: true */ path, "utf8"), path);
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * Writes a key's file (mode 0600) whole or not at all, and never over another: a link to a finished file, because a
 * crash in the middle of writing must not leave half a key. False when there is a file already.
 */
export async function placeKeyFile(path: string, bytes: Uint8Array): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  const file = await open(/* turbopackIgnore: true */ draft, "wx", 0o600);
  try {
    await file.writeFile(formatKeyFile(bytes));
    await file.sync();
    await link(/* turbopackIgnore: true */ draft, path);
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    await file.close();
    await unlink(draft);
  }
}

/** Where a rotation keeps the key to come, and the one that was. */
export function nextKeyPath(path: string): string {
  return `${path}.next`;
}

/** Where the key before a rotation lies, beside the one in force. */
export function previousKeyPath(path: string): string {
  return `${path}.previous`;
}

/**
 * Puts the next key in the place of the present one, which stays as `.previous`. There is a key file at `path` at every
 * moment, so this can be cut off anywhere and done again.
 */
export async function swapKeyFiles(path: string): Promise<void> {
  const previous = previousKeyPath(path);
  await rm(/* turbopackIgnore: true */ previous, { force: true });
  await link(/* turbopackIgnore: true */ path, previous).catch((error: unknown) => {
    if (!isCode(error, "ENOENT")) throw error;
  });
  await rename(/* turbopackIgnore: true */ nextKeyPath(path), path);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
