import { prisma } from "#lib/db/client";

const fingerprintKey = "master.fingerprint";

/** The fingerprint of the key with which this database's secrets are sealed, if one was ever used. */
export async function findFingerprint(): Promise<string | undefined> {
  const row = await prisma().setting.findUnique({ where: { key: fingerprintKey } });
  return typeof row?.value === "string" ? row.value : undefined;
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
  const rows = await prisma().$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM channel WHERE credential IS NOT NULL) AS found`;
  return rows[0]?.found ?? false;
}
