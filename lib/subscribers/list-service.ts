import { mailIdsTo } from "#lib/announcements/delivery-store";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import { inTransaction } from "#lib/db/transaction";
import { cancelMails } from "#lib/mail/outbox-store";
import { newId } from "#lib/runtime/id";
import { csvHead, csvRow, readSubscriberCsv } from "./csv.ts";
import type { ImportResult, ImportSubscribers, Subscriber, SubscriberFilter } from "./schema.ts";
import { newLinkKey } from "./service.ts";
import {
  allSubscribers,
  deleteSubscriber,
  findByEmail,
  findFollowOptions,
  findSubscriber,
  insertSubscribers,
  statesOf,
  updateSubscriberIn,
} from "./store.ts";

const targetType = "subscriber";

/** Throws 404. */
export async function getSubscriber(id: string): Promise<Subscriber> {
  const found = await findSubscriber(id);
  if (found === undefined) throw notFound("subscriber");
  return found;
}

/**
 * Adds the people of a file, by a consent that is said and kept; nobody who has unsubscribed or whose mails come back is
 * brought back by it. Throws 422 where the file cannot be read.
 */
export async function importSubscribers(actor: Actor, body: ImportSubscribers): Promise<ImportResult> {
  const read = readSubscriberCsv(body.text, await findFollowOptions());
  if ("problem" in read) throw invalidFields({ text: read.problem });
  const { people, wrong } = read;
  const now = new Date();
  return inTransaction(async (tx) => {
    const states = await statesOf(
      tx,
      people.map(({ email }) => email),
    );
    const fresh = people.filter(({ email }) => !states.has(email));
    const added = await insertSubscribers(
      tx,
      fresh.map(({ email, name, wishes }) => ({
        id: newId(),
        email,
        name,
        linkKey: newLinkKey(),
        state: "confirmed" as const,
        confirmedAt: now,
        askedAt: now,
        consent: `imported by ${actor.name}: ${body.consent}`,
        wishes,
      })),
    );
    const left = [...states.values()].filter(
      (state) => state === "unsubscribed" || state === "suppressed",
    ).length;
    const result = { added, known: states.size - left + (fresh.length - added), left, wrong };
    await audit(tx, actor, {
      action: "subscriber.import",
      targetType,
      targetId: "import",
      after: { consent: body.consent, added, known: result.known, left, wrong: wrong.length },
    });
    return result;
  });
}

/** Every subscriber that a filter leaves as CSV, streamed; who took it is written down. */
export async function exportSubscribers(
  actor: Actor,
  filter: SubscriberFilter,
): Promise<ReadableStream<Uint8Array>> {
  await inTransaction((tx) =>
    audit(tx, actor, { action: "subscriber.export", targetType, targetId: "export", after: filter }),
  );
  async function* lines(): AsyncGenerator<Uint8Array> {
    const encoder = new TextEncoder();
    yield encoder.encode(`${csvHead}\r\n`);
    for await (const page of allSubscribers(filter)) {
      yield encoder.encode(page.map((subscriber) => `${csvRow(subscriber)}\r\n`).join(""));
    }
  }
  return streamOf(lines());
}

function streamOf(parts: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void parts.return(undefined),
  });
}

/** Sends nothing to an address any more, with a reason. Throws 404, 409 `suppressed_already`. */
export async function suppressSubscriber(actor: Actor, id: string, reason: string): Promise<Subscriber> {
  await getSubscriber(id);
  await suppress(actor, id, reason, true);
  return getSubscriber(id);
}

/** A server knows for good that it takes nothing for this address. */
export async function suppressBounced(email: string, reason: string): Promise<void> {
  const found = await findByEmail(email);
  const actor: Actor = { type: "system", id: "mail-sender", name: "Mail sender", role: "owner", ip: null };
  if (found !== undefined) await suppress(actor, found.id, reason, false);
}

async function suppress(actor: Actor, id: string, reason: string, mustChange: boolean): Promise<void> {
  await inTransaction(async (tx) => {
    const data = { state: "suppressed", endedAt: new Date(), reason, asked: null } as const;
    if (!(await updateSubscriberIn(tx, id, ["pending", "confirmed", "unsubscribed"], data))) {
      if (mustChange)
        throw new AppError({
          code: "suppressed_already",
          status: 409,
          message: "Nothing is sent there already.",
        });
      return;
    }
    const stopped = await cancelMails(
      tx,
      await mailIdsTo(tx, id),
      `Nothing is sent there any more: ${reason}`,
    );
    await audit(tx, actor, {
      action: "subscriber.suppress",
      targetType,
      targetId: id,
      after: { reason, mailsStopped: stopped },
    });
  });
}

/** Lets an address get mails again: as it was, if it had been confirmed, else it is forgotten. Throws 404, 409. */
export async function restoreSubscriber(actor: Actor, id: string): Promise<Subscriber> {
  const before = await getSubscriber(id);
  await inTransaction(async (tx) => {
    const state = before.confirmedAt === null ? ("pending" as const) : ("confirmed" as const);
    const data = { state, endedAt: null, reason: "" };
    if (!(await updateSubscriberIn(tx, id, ["suppressed"], data))) {
      throw new AppError({ code: "not_suppressed", status: 409, message: "This address is not suppressed." });
    }
    await audit(tx, actor, {
      action: "subscriber.restore",
      targetType,
      targetId: id,
      before: { reason: before.reason },
      after: { state },
    });
  });
  return getSubscriber(id);
}

/** Forgets a person whole. Throws 404. */
export async function removeSubscriber(actor: Actor, id: string): Promise<void> {
  const before = await getSubscriber(id);
  await inTransaction(async (tx) => {
    await cancelMails(tx, await mailIdsTo(tx, id), "The reader was deleted.");
    if (!(await deleteSubscriber(tx, id))) throw notFound("subscriber");
    await audit(tx, actor, {
      action: "subscriber.delete",
      targetType,
      targetId: id,
      before: { email: before.email, state: before.state },
    });
  });
}
