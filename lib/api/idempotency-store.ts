import { dayMs } from "#lib/core/time";
import { prisma } from "#lib/db/client";
import type { Transaction } from "#lib/db/transaction";

/** What makes a claim unique: who, where, which key. `claimedAt` tells two claims of one key apart. */
export type Claim = { actor: string; path: string; key: string; claimedAt: Date };

/** What stands under a key. `committed`: the effect is there, its answer was lost with the process. */
export type Standing = {
  bodyHash: Uint8Array;
  state: "running" | "committed" | "answered";
  status: number;
  sealedAnswer: string;
  claimedAt: Date;
};

/**
 * Claims a key: true for the one caller who may now run. A claim that is still running after `staleAt`
 * was left by a crash and is taken over; an answer from before `expiredAt` is forgotten.
 */
export async function claimKey(
  claim: Claim,
  bodyHash: Uint8Array<ArrayBuffer>,
  staleAt: Date,
  expiredAt: Date,
): Promise<boolean> {
  const changed = await prisma().$executeRaw`
    INSERT INTO idempotent_answer AS a (actor, path, key, body_hash, status, answer, created_at)
    VALUES (${claim.actor}, ${claim.path}, ${claim.key}, ${bodyHash}, NULL, NULL, ${claim.claimedAt})
    ON CONFLICT (actor, path, key) DO UPDATE
      SET body_hash = EXCLUDED.body_hash, status = NULL, answer = NULL, created_at = EXCLUDED.created_at
      WHERE a.created_at < ${expiredAt}
         OR (a.status IS NULL AND a.created_at < ${staleAt} AND a.body_hash = EXCLUDED.body_hash)`;
  return changed > 0;
}

/** What stands under a key: who claimed it, and how far that call has come. Undefined: nobody has. */
export async function findStanding(claim: Omit<Claim, "claimedAt">): Promise<Standing | undefined> {
  const { actor, path, key } = claim;
  const row = await prisma().idempotentAnswer.findUnique({ where: { actor_path_key: { actor, path, key } } });
  if (row === null) return undefined;
  const state = row.status === null ? "running" : row.status === committedStatus ? "committed" : "answered";
  const sealedAnswer = typeof row.answer === "string" ? row.answer : "";
  return { bodyHash: row.bodyHash, state, status: row.status ?? 0, sealedAnswer, claimedAt: row.createdAt };
}

/** In the transaction of the effect: marks the claim, or throws when another caller has taken it over. */
export async function markCommitted(tx: Transaction, claim: Claim): Promise<void> {
  const marked = await tx.idempotentAnswer.updateMany({
    where: { ...identity(claim), OR: [{ status: null }, { status: committedStatus }] },
    data: { status: committedStatus },
  });
  if (marked.count === 0) throw new Error("another request has taken this Idempotency-Key over");
}

/** Keeps the answer for repetitions, unless another caller has taken the claim over. */
export async function keepAnswer(claim: Claim, status: number, sealedAnswer: string): Promise<void> {
  await prisma().idempotentAnswer.updateMany({
    where: identity(claim),
    data: { status, answer: sealedAnswer },
  });
}

/** Gives a key back after a refusal: nothing has happened, the caller may try again. */
export async function releaseKey(claim: Claim): Promise<void> {
  await prisma().idempotentAnswer.deleteMany({ where: { ...identity(claim), status: null } });
}

/** Answers are given again for this long. */
export const answersKeptMs = dayMs;

/** Forgets the answers that are not given again any more; says how many. A job does this. */
export async function purgeAnswers(now: Date): Promise<number> {
  const before = new Date(now.getTime() - answersKeptMs);
  const purged = await prisma().idempotentAnswer.deleteMany({ where: { createdAt: { lt: before } } });
  return purged.count;
}

/** No HTTP status, so it stands for "committed, not answered". */
const committedStatus = 0;

function identity(claim: Claim) {
  return { actor: claim.actor, path: claim.path, key: claim.key, createdAt: claim.claimedAt };
}
