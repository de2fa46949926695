import { randomBytes } from "node:crypto";
import { mailIdsTo } from "#lib/announcements/delivery-store";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { countMail } from "#lib/auth/password-service";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import { inTransaction, savepoint, type Transaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { createLink, findLink, revokeLinks, takeLink } from "#lib/mail/link-store";
import { cancelMails } from "#lib/mail/outbox-store";
import { queueMail } from "#lib/mail/service";
import { newId } from "#lib/runtime/id";
import { open, seal } from "#lib/secrets/live";
import { findUserById } from "#lib/users/store";
import { isSigned, subscriberOf } from "./link.ts";
import type { ChangeSubscription, OwnSubscription, Subscribe, Subscription, Wishes } from "./schema.ts";
import {
  deleteSubscriber,
  findByEmail,
  findFollowOptions,
  findSubscriber,
  insertSubscriber,
  lockAddress,
  type StoredSubscriber,
  updateSubscriberIn,
} from "./store.ts";
import { wishesOf } from "./wishes.ts";

const action = "subscription.confirm";
const targetType = "subscriber";

/** Reads what somebody wants against the catalogue. Throws 422. */
export async function parseWishes(given: OwnSubscription): Promise<Wishes> {
  const read = wishesOf(given, await findFollowOptions());
  if ("problems" in read) throw invalidFields(read.problems);
  return read.wishes;
}

/** A key of a subscriber's own, sealed: what signs their links. */
export function newLinkKey(): Uint8Array<ArrayBuffer> {
  return seal(randomBytes(24).toString("base64url"), "subscriber.link");
}

/**
 * Mails a link that confirms what somebody asks for; until then nothing changes. The work and the answer are the same for
 * every address, known, suppressed or not: for one that gets no mail it is taken back. Throws 422, 429.
 */
export async function askForSubscription(
  body: Subscribe,
  from: { ip: string | null; base: string },
): Promise<void> {
  const { email, name } = body;
  const asked = { ...(await parseWishes(body)), name };
  await countMail({ email, ip: from.ip });
  await loadLayout();
  await inTransaction(async (tx) => {
    await lockAddress(tx, email);
    await savepoint(tx, async () => {
      const now = new Date();
      const known = await findByEmail(email, tx);
      const id = known?.id ?? newId();
      const data = { asked, askedAt: now };
      if (known === undefined)
        await insertSubscriber(tx, id, email, newLinkKey(), { ...data, name, wishes: asked });
      else await updateSubscriberIn(tx, id, [known.state], data);
      await revokeLinks(tx, { action, subject: id }, now);
      const { token, expiresAt } = await createLink(tx, { action, subject: id }, { now });
      await queueMail(tx, {
        to: email,
        template: "subscription-confirmation",
        data: {
          link: `${from.base}/subscription/confirm?token=${token}`,
          expiresAt: expiresAt.toISOString(),
        },
        locale: asked.locale,
        oneTime: token,
      });
      await audit(tx, readerOf(id, email, from.ip), {
        action: "subscriber.ask",
        targetType,
        targetId: id,
        after: asked,
      });
      return known?.state !== "suppressed";
    });
  });
}

/** What a confirmation's link would begin. Throws 404 `link_not_valid`. */
export async function readConfirmation(token: string): Promise<Subscription> {
  const link = await findLink(action, token, new Date());
  const found = link && (await findSubscriber(link.subject));
  if (found?.asked == null || found.state === "suppressed") throw linkNotValid();
  return { ...shown(found), ...found.asked, name: found.asked.name || found.name };
}

/** Begins what was asked for, once. Throws 404 `link_not_valid`. */
export async function confirmSubscription(token: string, ip: string | null): Promise<Subscription> {
  const id = await inTransaction(async (tx) => {
    const now = new Date();
    const subject = await takeLink(tx, action, token, now);
    const found = subject === undefined ? undefined : await findSubscriber(subject, tx);
    if (found?.asked == null || found.state === "suppressed") throw linkNotValid();
    const { name, ...wishes } = found.asked;
    await updateSubscriberIn(tx, found.id, [found.state], {
      ...begun(now, "public form, confirmed by mail"),
      ...(name === "" ? {} : { name }),
      wishes,
    });
    const reader = readerOf(found.id, found.email, ip);
    await audit(tx, reader, { action: "subscriber.confirm", targetType, targetId: found.id, after: wishes });
    return found.id;
  });
  return shown(await requireSubscriber(id));
}

/** The subscription that a mail's signed link is about. Throws 404 `link_not_valid`. */
export async function readSubscription(token: string): Promise<Subscription> {
  return shown(await signedBy(token));
}

/** Changes it, or takes it up again. Throws 404, 422, 409 `address_suppressed`. */
export async function changeSubscription(
  token: string,
  body: ChangeSubscription,
  ip: string | null,
): Promise<Subscription> {
  const before = await signedBy(token);
  const wishes = await parseWishes(body);
  await inTransaction(async (tx) => {
    const data = { ...begun(new Date(), before.consent || "link in a mail"), wishes };
    const name = body.name === undefined ? {} : { name: body.name };
    const states = ["confirmed", "unsubscribed"] as const;
    if (!(await updateSubscriberIn(tx, before.id, states, { ...data, ...name }))) throw suppressed();
    const reader = readerOf(before.id, before.email, ip);
    await audit(tx, reader, {
      action: "subscriber.update",
      targetType,
      targetId: before.id,
      before: shown(before),
      after: wishes,
    });
  });
  return shown(await requireSubscriber(before.id));
}

/** Ends a subscription by a mail's link, also by its one-click POST; again is as good. Throws 404 `link_not_valid`. */
export async function unsubscribe(token: string, ip: string | null): Promise<Subscription> {
  const before = await signedBy(token);
  await inTransaction((tx) => end(tx, readerOf(before.id, before.email, ip), before, "unsubscribed by link"));
  return shown(await requireSubscriber(before.id));
}

/** One's own subscription, by the address one signs in with; null: there is none. */
export async function ownSubscription(actor: Actor): Promise<Subscription | null> {
  const user = await requireUser(actor);
  const found = await findByEmail(user.email);
  return found === undefined ? null : shown(found);
}

/** Subscribes whoever is signed in: their address is proven. Throws 422, 409 `address_suppressed`. */
export async function putOwnSubscription(actor: Actor, body: OwnSubscription): Promise<Subscription> {
  const user = await requireUser(actor);
  const wishes = await parseWishes(body);
  const email = user.email;
  const id = await inTransaction(async (tx) => {
    await lockAddress(tx, email);
    const known = await findByEmail(email, tx);
    const now = new Date();
    const data = { ...begun(now, "profile"), userId: user.id, name: user.name, wishes };
    const id = known?.id ?? newId();
    if (known === undefined) await insertSubscriber(tx, id, email, newLinkKey(), data);
    else if (!(await updateSubscriberIn(tx, id, ["pending", "confirmed", "unsubscribed"], data)))
      throw suppressed();
    await audit(tx, actor, {
      action: "subscriber.update",
      targetType,
      targetId: id,
      before: known && shown(known),
      after: wishes,
    });
    return id;
  });
  return shown(await requireSubscriber(id));
}

/** Ends one's own subscription; again is as good. */
export async function endOwnSubscription(actor: Actor): Promise<void> {
  const user = await requireUser(actor);
  const found = await findByEmail(user.email);
  if (found !== undefined) await inTransaction((tx) => end(tx, actor, found, "unsubscribed in the profile"));
}

async function end(tx: Transaction, actor: Actor, before: StoredSubscriber, reason: string): Promise<void> {
  const data = { state: "unsubscribed", endedAt: new Date(), reason, asked: null } as const;
  if (before.state === "pending") await deleteSubscriber(tx, before.id);
  else if (!(await updateSubscriberIn(tx, before.id, ["confirmed"], data))) return;
  const stopped = await cancelMails(tx, await mailIdsTo(tx, before.id), "The reader has unsubscribed.");
  await audit(tx, actor, {
    action: "subscriber.unsubscribe",
    targetType,
    targetId: before.id,
    before: shown(before),
    after: { mailsStopped: stopped },
  });
}

function begun(now: Date, consent: string) {
  return { state: "confirmed", confirmedAt: now, endedAt: null, reason: "", consent, asked: null } as const;
}

async function signedBy(token: string): Promise<StoredSubscriber> {
  const id = subscriberOf(token);
  const found = id === undefined ? undefined : await findSubscriber(id);
  if (found === undefined || !isSigned(token, found.id, open(found.linkKey, "subscriber.link")))
    throw linkNotValid();
  return found;
}

async function requireSubscriber(id: string): Promise<StoredSubscriber> {
  const found = await findSubscriber(id);
  if (found === undefined) throw notFound("subscriber");
  return found;
}

async function requireUser(actor: Actor) {
  const user = actor.type === "user" ? await findUserById(actor.id) : undefined;
  if (user === undefined)
    throw new AppError({ code: "forbidden", status: 403, message: "A token reads no mail." });
  return user;
}

function shown(subscriber: Subscription): Subscription {
  const { email, name, state, all, vendors, models, digest, locale } = subscriber;
  return { email, name, state, all, vendors, models, digest, locale };
}

/** Whoever holds a link of a mail to this address. */
function readerOf(id: string, email: string, ip: string | null): Actor {
  return { type: "system", id, name: email, role: "customer", ip };
}

function linkNotValid(): AppError {
  const message = "This link was used, has expired, or is none of ours.";
  return new AppError({ code: "link_not_valid", status: 404, message });
}

function suppressed(): AppError {
  const message = "Mails to this address came back. Ask us to try it again.";
  return new AppError({ code: "address_suppressed", status: 409, message });
}
