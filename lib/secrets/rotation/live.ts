import { randomBytes } from "node:crypto";
import { config } from "#lib/runtime/config";
import { entropyBytes, type MasterKey, openWith, type SealPurpose, sealWith } from "../box.ts";
import { nextKeyPath, placeKeyFile, readKeyFile, swapKeyFiles } from "../key-file/live.ts";
import { MasterKeyError } from "../live.ts";
import { sealedPlaces } from "../places.ts";
import { connectedNodes, inRotation, keepRotation, resealPlace } from "./store.ts";

/** What came of a rotation. `finished`: an earlier one had been cut off after the database knew the new key. */
export type Rotation = { fingerprint: string; resealed: number; finished: boolean };

/** Where a rotation can be cut off: tests stop it at each. */
export type RotationStep = "new key written" | "secrets sealed" | "committed" | "done";

/**
 * Replaces the master key: a new file beside the present one (`.next`), every sealed secret under the new key in one
 * transaction together with its fingerprint, then the files change places; the old key stays as `.previous`.
 * Cut off anywhere it leaves a key file that opens the database (openMasterKey finishes the change of files), and may
 * simply be run again. Throws MasterKeyError while a node runs: it would go on sealing with the old key.
 */
export async function rotateMasterKey(
  path: string = config().masterKeyFile,
  at: (step: RotationStep) => void = () => {},
): Promise<Rotation> {
  const present = await readKeyFile(path);
  if (present === undefined) throw new MasterKeyError(`${path} does not exist: there is no key to rotate.`);
  const next = await nextKey(path);
  at("new key written");
  const { resealed, finished } = await inRotation(async (client, standing) => {
    if (standing === next.fingerprint) return { resealed: 0, finished: true };
    if (standing !== present.fingerprint)
      throw new MasterKeyError(`${path} is not the master key that this database was used with.`);
    const nodes = await connectedNodes(client);
    if (nodes.length > 0) throw new MasterKeyError(nodesRun(nodes));
    let count = 0;
    for (const [purpose, places] of Object.entries(sealedPlaces) as [
      SealPurpose,
      (typeof sealedPlaces)[SealPurpose],
    ][]) {
      for (const place of places) {
        count += await resealPlace(client, place, (sealed) => reseal(sealed, purpose, present, next));
      }
    }
    await keepRotation(client, next.fingerprint, count);
    at("secrets sealed");
    return { resealed: count, finished: false };
  });
  at("committed");
  await swapKeyFiles(path);
  at("done");
  return { fingerprint: next.fingerprint, resealed, finished };
}

/** The key to come: made now, or left by a rotation that was cut off. */
async function nextKey(path: string): Promise<MasterKey> {
  await placeKeyFile(nextKeyPath(path), randomBytes(32));
  const next = await readKeyFile(nextKeyPath(path));
  if (next === undefined) throw new Error(`${nextKeyPath(path)} went while the key was rotated`);
  return next;
}

/** Read back before it is trusted: after the commit the old key opens nothing any more. */
function reseal(sealed: Uint8Array, purpose: SealPurpose, from: MasterKey, to: MasterKey): Uint8Array {
  const text = openWith(from, sealed, purpose);
  const again = sealWith(to, text, purpose, randomBytes(entropyBytes));
  if (openWith(to, again, purpose) !== text) throw new Error("a secret sealed again does not open");
  return again;
}

function nodesRun(nodes: readonly { application: string; address: string | null }[]): string {
  const places = [...new Set(nodes.map(({ address }) => address ?? "a local socket"))].join(", ");
  return (
    `Tollgate is connected to this database from ${places}. Stop every node, then rotate: a running one would go on ` +
    "sealing secrets with the old key. (A connection pooler may keep connections for some minutes after that.)"
  );
}
