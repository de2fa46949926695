import { prisma } from "#lib/db/client";
import { sealedPlaces } from "./places.ts";

export const fingerprintKey = "master.fingerprint";

/**
 * The fingerprint of the key with which this database's secrets are sealed, if one was ever used. Waits for a rotation
 * under way, whose outcome decides.
 */
export async function findFingerprint(): Promise<string | undefined> {
  const rows = await prisma().$queryRaw<{ value: unknown }[]>`
    SELECT value FROM setting WHERE key = ${fingerprintKey} FOR SHARE`;
  const value = rows[0]?.value;
  return typeof value === "string" ? value : undefined;
}

/** Keeps the fingerprint unless another node was first; returns the one that stands. */
export async function claimFingerprint(fingerprint: string): Promise<string> {
  await prisma().$executeRaw`
    INSERT INTO setting (key, value, updated_at) VALUES (${fingerprintKey}, to_jsonb(${fingerprint}::text), now())
    ON CONFLICT (key) DO NOTHING`;
  return (await findFingerprint()) ?? fingerprint;
}

/** Whether anything in the database could only be read with the master key. */
export async function hasCiphertext(): Promise<boolean> {
  const places = Object.values(sealedPlaces).flat();
  const any = places.map(
    ({ table, column, encoding }) =>
      `EXISTS (SELECT 1 FROM ${table} WHERE ${encoding === "list" ? `cardinality(${column}) > 0` : `${column} IS NOT NULL`})`,
  );
  // Table and column names stand in the code, not in anybody's input.
  const rows = await prisma().$queryRawUnsafe<{ found: boolean }[]>(`SELECT ${any.join(" OR ")} AS found`);
  return rows[0]?.found ?? false;
}
