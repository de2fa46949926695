import type { Actor } from "#lib/api/operation";
import { auditOn } from "#lib/audit/pool-store";
import { notFound } from "#lib/core/errors";
import { newId } from "#lib/runtime/id";
import { findDeadLetter, listOpenIds } from "./dead-list-store.ts";
import { retryDead } from "./dead-store.ts";
import type { DeadLetter, RetriedAll, RetryOutcome } from "./schema.ts";

const BATCH = 100;
/** A request that retries all ends by itself after this, and says what is left. */
const ENOUGH_MS = 20_000;

/** Throws 404. */
export async function getDeadLetter(id: string): Promise<DeadLetter> {
  const letter = await findDeadLetter(id);
  if (letter === undefined) throw notFound("dead letter");
  return letter;
}

/**
 * Tries to write a bill that was set aside: log row, ledger, balance and audit entry, or none of them. Charged once,
 * however often it is tried. Throws 404.
 */
export async function retryDeadLetter(
  actor: Actor,
  id: string,
): Promise<{ outcome: RetryOutcome; deadLetter: DeadLetter }> {
  const before = await getDeadLetter(id);
  return { outcome: await retry(actor, before.id), deadLetter: await getDeadLetter(id) };
}

/** The same for all that are open now, oldest first, for at most 20 s. */
export async function retryAllDeadLetters(actor: Actor): Promise<RetriedAll> {
  const began = new Date();
  const done = { written: 0, refused: 0, unreadable: 0, left: 0 };
  let last: { at: string; id: string } | undefined;
  for (;;) {
    const batch = await listOpenIds(began, BATCH, last);
    if (batch.length === 0) return done;
    if (Date.now() - began.getTime() > ENOUGH_MS) {
      return { ...done, left: (await listOpenIds(began, 100_000, last)).length };
    }
    for (const { id } of batch) done[await retry(actor, id)] += 1;
    last = batch.at(-1);
  }
}

async function retry(actor: Actor, id: string): Promise<RetryOutcome> {
  const outcome = await retryDead(
    id,
    () => newId(),
    undefined,
    (client, cost) =>
      auditOn(client, actor, {
        id: newId(),
        action: "deadLetter.retry",
        targetType: "deadLetter",
        targetId: id,
        after: { outcome: "written", cost },
      }),
  );
  if (outcome === "not_found") throw notFound("dead letter");
  return outcome === "done" ? "written" : outcome;
}
