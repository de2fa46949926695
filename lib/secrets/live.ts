import { randomBytes } from "node:crypto";
import { link, mkdir, open as openFile, readFile, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { config } from "#lib/runtime/config";
import { peekSingleton, setSingleton } from "#lib/runtime/singletons";
import {
  deriveFrom,
  formatKeyFile,
  type MasterKey,
  masterKeyFrom,
  openWith,
  parseKeyFile,
  type SealPurpose,
  sealWith,
} from "./box.ts";
import { claimFingerprint, findFingerprint, hasCiphertext } from "./store.ts";

/** A start that must not go on: the key file does not belong to this database. The message says what to do. */
export class MasterKeyError extends Error {
  override name = "MasterKeyError";
}

/**
 * Opens MASTER_KEY_FILE before anything is sealed or served. Makes it (mode 0600) only on the very first
 * start: when the database knows no key and holds no ciphertext. Throws MasterKeyError when the file is
 * missing or is not the key that the database was used with.
 */
export async function openMasterKey(path: string = config().masterKeyFile): Promise<void> {
  const found = await readKey(path);
  const key = found ?? (await makeKey(path));
  const standing = await claimFingerprint(key.fingerprint);
  if (standing !== key.fingerprint) {
    if (found === undefined) await unlink(path);
    throw new MasterKeyError(
      `${path} is not the master key that this database was used with. Set MASTER_KEY_FILE to that one.`,
    );
  }
  setSingleton("master-key", key);
}

/** Encrypts a text for storage. */
export function seal(text: string, purpose: SealPurpose): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(sealWith(masterKey(), text, purpose, randomBytes(12)));
}

/** Decrypts what `seal` made. Throws when the key, the purpose or a single bit differs. */
export function open(sealed: Uint8Array, purpose: SealPurpose): string {
  return openWith(masterKey(), sealed, purpose);
}

/** A key for another use ("session", "response ids"), the same on every node. */
export function deriveKey(use: string): Buffer {
  return deriveFrom(masterKey(), use);
}

function masterKey(): MasterKey {
  const key = peekSingleton<MasterKey>("master-key");
  if (key === undefined) throw new Error("the master key is not open: call openMasterKey() at start");
  return key;
}

async function readKey(path: string): Promise<MasterKey | undefined> {
  try {
    return parseKeyFile(await readFile(/* turbopackIgnore: true */ path, "utf8"), path);
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

async function makeKey(path: string): Promise<MasterKey> {
  if ((await findFingerprint()) !== undefined || (await hasCiphertext())) {
    // Another process of this folder may have made and claimed it since we looked.
    const made = await readKey(path);
    if (made !== undefined) return made;
    throw new MasterKeyError(
      `${path} does not exist, but this database was used with a master key. Copy that key's file there, ` +
        "or set MASTER_KEY_FILE to it. Without it the stored credentials cannot be read.",
    );
  }
  const bytes = randomBytes(32);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (await placeOnce(path, formatKeyFile(bytes))) return masterKeyFrom(bytes);
  // Another process of this folder was first: its key counts.
  const other = await readKey(path);
  if (other === undefined) throw new Error(`${path} came and went while Tollgate started`);
  return other;
}

/**
 * Writes a file whole or not at all, and never over another: a link to a finished file, because a crash in
 * the middle of writing must not leave half a key. False when there is a file already.
 */
async function placeOnce(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  const file = await openFile(/* turbopackIgnore: true */ draft, "wx", 0o600);
  try {
    await file.writeFile(text);
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

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
