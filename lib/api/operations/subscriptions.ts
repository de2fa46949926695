import { z } from "zod";
import { mailBase } from "#lib/api/mail-base";
import { operation } from "#lib/api/operation";
import {
  changeSubscriptionBody,
  followOptionsAnswer,
  ownSubscriptionBody,
  subscribeBody,
  subscribedAnswer,
  subscriptionAnswer,
  tokenQuery,
} from "#lib/subscribers/schema";
import {
  askForSubscription,
  changeSubscription,
  confirmSubscription,
  endOwnSubscription,
  ownSubscription,
  putOwnSubscription,
  readConfirmation,
  readSubscription,
  unsubscribe,
} from "#lib/subscribers/service";
import { findFollowOptions } from "#lib/subscribers/store";

const shared = { tag: "Subscriptions", permission: "public", query: tokenQuery } as const;

export const subscribeOperation = operation({
  tag: "Subscriptions",
  permission: "public",
  id: "subscribe",
  method: "POST",
  path: "/api/subscriptions",
  summary: "Ask for announcements by mail: a link confirms it; the answer is the same for every address",
  body: subscribeBody,
  answer: subscribedAnswer,
  status: 201,
  async run({ actor, body, request }) {
    await askForSubscription(body, { ip: actor.ip, base: mailBase(request, actor) });
    return { email: body.email, state: "pending" as const };
  },
});

export const getFollowOptions = operation({
  tag: "Subscriptions",
  permission: "public",
  id: "getFollowOptions",
  method: "GET",
  path: "/api/subscriptions/options",
  summary: "Vendors and models that can be followed",
  answer: followOptionsAnswer,
  run: () => findFollowOptions(),
});

export const readConfirmationOperation = operation({
  ...shared,
  id: "readSubscriptionConfirmation",
  method: "GET",
  path: "/api/subscriptions/confirm",
  summary: "What the link of a mail would begin",
  answer: subscriptionAnswer,
  run: ({ query }) => readConfirmation(query.token),
});

export const confirmSubscriptionOperation = operation({
  ...shared,
  id: "confirmSubscription",
  method: "POST",
  path: "/api/subscriptions/confirm",
  summary: "Begin what was asked for, once",
  answer: subscriptionAnswer,
  run: ({ query, actor }) => confirmSubscription(query.token, actor.ip),
});

export const readUnsubscribe = operation({
  ...shared,
  id: "readUnsubscribe",
  method: "GET",
  path: "/api/subscriptions/unsubscribe",
  summary: "What the link of a mail would end; a browser is sent to the page",
  answer: subscriptionAnswer,
  run: ({ query }) => readSubscription(query.token),
});

export const unsubscribeOperation = operation({
  ...shared,
  id: "unsubscribe",
  method: "POST",
  path: "/api/subscriptions/unsubscribe",
  summary: "End it, with one click (RFC 8058): without a cookie, whatever the body's type",
  answer: subscriptionAnswer,
  run: ({ query, actor }) => unsubscribe(query.token, actor.ip),
});

export const readSubscriptionOperation = operation({
  ...shared,
  id: "readSubscription",
  method: "GET",
  path: "/api/subscriptions/manage",
  summary: "The subscription that a mail's link is about",
  answer: subscriptionAnswer,
  run: ({ query }) => readSubscription(query.token),
});

export const changeSubscriptionOperation = operation({
  ...shared,
  id: "changeSubscription",
  method: "PUT",
  path: "/api/subscriptions/manage",
  summary: "Change what is followed and how, or take it up again",
  body: changeSubscriptionBody,
  answer: subscriptionAnswer,
  run: ({ query, body, actor }) => changeSubscription(query.token, body, actor.ip),
});

const own = { tag: "Subscriptions", path: "/api/me/subscription" } as const;

export const getOwnSubscription = operation({
  ...own,
  id: "getOwnSubscription",
  method: "GET",
  permission: "me.read",
  summary: "One's own subscription; null: there is none",
  answer: z.object({ subscription: subscriptionAnswer.nullable() }).meta({ id: "OwnSubscription" }),
  run: async ({ actor }) => ({ subscription: await ownSubscription(actor) }),
});

export const putOwnSubscriptionOperation = operation({
  ...own,
  id: "putOwnSubscription",
  method: "PUT",
  permission: "me.write",
  summary: "Subscribe with the address that one signs in with, or change it",
  body: ownSubscriptionBody,
  answer: subscriptionAnswer,
  run: ({ actor, body }) => putOwnSubscription(actor, body),
});

export const deleteOwnSubscription = operation({
  ...own,
  id: "deleteOwnSubscription",
  method: "DELETE",
  permission: "me.write",
  summary: "End one's own subscription",
  answer: z.void(),
  status: 204,
  run: ({ actor }) => endOwnSubscription(actor),
});
