import { randomBytes } from "node:crypto";
import { mkdir, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { config } from "#lib/runtime/config";
import { peekSingleton, setSingleton } from "#lib/runtime/singletons";
import {
  deriveFrom,
  entropyBytes,
  type MasterKey,
  masterKeyFrom,
  openWith,
  type SealPurpose,
  sealWith,
} from "./box.ts";
import { nextKeyPath, placeKeyFile, readKeyFile, swapKeyFiles } from "./key-file/live.ts";
import { claimFingerprint, findFingerprint, hasCiphertext } from "./store.ts";

/** A start that must not go on: the key file does not belong to this database. The message says what to do. */
export class MasterKeyError extends Error {
  override name = "MasterKeyError";
}

/**
 * Opens MASTER_KEY_FILE before anything is sealed or served. Makes it (mode 0600) only on the very first
 * start: when the database knows no key and holds no ciphertext. Throws MasterKeyError when the file is
 * missing or is not the key that the database was used with. Finishes a rotation that was cut off between the
 * database's change and the files'.
 */
export async function openMasterKey(path: string = config().masterKeyFile): Promise<void> {
  const found = await readKeyFile(path);
  const key = found ?? (await makeKey(path));
  const standing = await claimFingerprint(key.fingerprint);
  if (standing === key.fingerprint) {
    setSingleton("master-key", key);
    return;
  }
  if (found === undefined) await unlink(path);
  const next = await readKeyFile(nextKeyPath(path));
  if (next?.fingerprint !== standing) {
    throw new MasterKeyError(
      `${path} is not the master key that this database was used with. Set MASTER_KEY_FILE to that one; ` +
        "if it was rotated on another node, copy the new file from there.",
    );
  }
  await swapKeyFiles(path);
  setSingleton("master-key", next);
}

/** Encrypts a text for storage. */
export function seal(text: string, purpose: SealPurpose): Uint8Array<ArrayBuffer> {
  return sealWith(masterKey(), text, purpose, randomBytes(entropyBytes));
}

/** Decrypts what `seal` made. Throws when the key, the purpose or a single bit differs. */
export function open(sealed: Uint8Array, purpose: SealPurpose): string {
  return openWith(masterKey(), sealed, purpose);
}

/** Whether the database is still used with the key of this process: it may have been rotated since it started. */
export async function isMasterKeyCurrent(): Promise<boolean> {
  return (await findFingerprint()) === masterKey().fingerprint;
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

async function makeKey(path: string): Promise<MasterKey> {
  if ((await findFingerprint()) !== undefined || (await hasCiphertext())) {
    // Another process of this folder may have made and claimed it since we looked.
    const made = await readKeyFile(path);
    if (made !== undefined) return made;
    throw new MasterKeyError(
      `${path} does not exist, but this database was used with a master key. Copy that key's file there, ` +
        "or set MASTER_KEY_FILE to it. Without it the stored credentials cannot be read.",
    );
  }
  const bytes = randomBytes(32);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (await placeKeyFile(path, bytes)) return masterKeyFrom(bytes);
  // Another process of this folder was first: its key counts.
  const other = await readKeyFile(path);
  if (other === undefined) throw new Error(`${path} came and went while Tollgate started`);
  return other;
}
