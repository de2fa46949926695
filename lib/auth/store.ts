import { createHash } from "node:crypto";
import { prisma } from "#lib/db/client";
import type { Transaction } from "#lib/db/transaction";
import { type FailureCount, failureWindowMs } from "./throttle.ts";

/** The failed sign-ins of these subjects, by subject. */
export async function failureCounts(keys: readonly string[]): Promise<Map<string, FailureCount>> {
  const rows = await prisma().signInFailure.findMany({ where: { subject: { in: [...keys] } } });
  return new Map(
    rows.map((row) => [row.subject, { failures: row.failures, windowStartMs: row.windowStart.getTime() }]),
  );
}

/** Counts one failure for each subject; a window that is over starts anew. */
export async function countFailure(keys: readonly string[], nowMs: number): Promise<void> {
  for (const key of keys) await countAttempt(key, nowMs);
}

/** Forgets windows that are over, or random addresses would fill the table; says how many. A job does this. */
export async function purgeFailures(now: Date): Promise<number> {
  const purged = await prisma().signInFailure.deleteMany({
    where: { windowStart: { lt: new Date(now.getTime() - failureWindowMs) } },
  });
  return purged.count;
}

/** Counts one attempt; answers how many there were before it in the window. */
export async function countAttempt(key: string, nowMs: number): Promise<FailureCount> {
  const now = new Date(nowMs);
  const oldest = new Date(nowMs - failureWindowMs);
  const rows = await prisma().$queryRaw<{ failures: number; windowStart: Date }[]>`
    INSERT INTO sign_in_failure AS f (subject, failures, window_start) VALUES (${key}, 1, ${now})
    ON CONFLICT (subject) DO UPDATE SET
      failures = CASE WHEN f.window_start <= ${oldest} THEN 1 ELSE f.failures + 1 END,
      window_start = CASE WHEN f.window_start <= ${oldest} THEN ${now} ELSE f.window_start END
    RETURNING failures, window_start AS "windowStart"`;
  const [row] = rows;
  return { failures: (row?.failures ?? 1) - 1, windowStartMs: row?.windowStart.getTime() ?? nowMs };
}

/** Forgets a subject's failures: the right person has signed in. */
export async function clearFailures(key: string): Promise<void> {
  await prisma().signInFailure.deleteMany({ where: { subject: key } });
}

/** Keeps the hash of a new one-time link's token, and drops links that have expired. */
export async function addOwnerLink(token: string, expiresAt: Date): Promise<void> {
  await prisma().oneTimeToken.deleteMany({ where: { purpose: "owner_link", expiresAt: { lt: new Date() } } });
  await prisma().oneTimeToken.create({
    data: { hash: tokenHash(token), purpose: "owner_link", expiresAt },
  });
}

/** Whether a first-run link may still be used. */
export async function isOwnerLinkOpen(token: string, now: Date): Promise<boolean> {
  const count = await prisma().oneTimeToken.count({
    where: { hash: tokenHash(token), purpose: "owner_link", usedAt: null, expiresAt: { gt: now } },
  });
  return count > 0;
}

/** Uses a first-run link up; false if it was used, has expired or never was. */
export async function takeOwnerLink(tx: Transaction, token: string, now: Date): Promise<boolean> {
  const taken = await tx.oneTimeToken.updateMany({
    where: { hash: tokenHash(token), purpose: "owner_link", usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  });
  return taken.count > 0;
}

function tokenHash(token: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash("sha256").update(token).digest());
}
