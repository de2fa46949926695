import { z } from "zod";
import { downloadAnswer } from "#lib/api/download";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, idParams } from "#lib/core/shapes";
import {
  exportSubscribers,
  getSubscriber,
  importSubscribers,
  removeSubscriber,
  restoreSubscriber,
  suppressSubscriber,
} from "#lib/subscribers/list-service";
import {
  exportSubscribersQuery,
  importAnswer,
  importSubscribersBody,
  listSubscribersQuery,
  subscriberAnswer,
  subscriberPage,
  suppressBody,
} from "#lib/subscribers/schema";
import { listSubscribers } from "#lib/subscribers/store";

const read = { tag: "Subscribers", permission: "subscribers.read" } as const;
const write = { tag: "Subscribers", permission: "subscribers.write" } as const;

export const listSubscribersOperation = operation({
  ...read,
  id: "listSubscribers",
  method: "GET",
  path: "/api/subscribers",
  summary: "Who gets announcements by mail, newest first",
  query: listSubscribersQuery,
  answer: subscriberPage,
  async run({ query }) {
    const [after] = decodeCursor(query.cursor, z.tuple([idInput])) ?? [];
    return toPage(
      await listSubscribers(query, after),
      query.limit,
      (subscriber) => subscriber,
      ({ id }) => [id],
    );
  },
});

export const exportSubscribersOperation = operation({
  ...read,
  id: "exportSubscribers",
  method: "GET",
  path: "/api/subscribers/export",
  summary: "Subscribers as CSV, with how each consented",
  query: exportSubscribersQuery,
  answer: downloadAnswer,
  download: ["text/csv"],
  run: async ({ actor, query }) => ({
    body: await exportSubscribers(actor, query),
    contentType: "text/csv; charset=utf-8",
    fileName: "subscribers.csv",
  }),
});

export const importSubscribersOperation = operation({
  ...write,
  id: "importSubscribers",
  method: "POST",
  path: "/api/subscribers/import",
  summary: "Add the people of a CSV file, by a stated consent",
  body: importSubscribersBody,
  answer: importAnswer,
  idempotent: true,
  run: ({ actor, body }) => importSubscribers(actor, body),
});

export const getSubscriberOperation = operation({
  ...read,
  id: "getSubscriber",
  method: "GET",
  path: "/api/subscribers/{id}",
  summary: "One subscriber",
  params: idParams,
  answer: subscriberAnswer,
  run: ({ params }) => getSubscriber(params.id),
});

export const suppressSubscriberOperation = operation({
  ...write,
  id: "suppressSubscriber",
  method: "POST",
  path: "/api/subscribers/{id}/suppress",
  summary: "Send nothing to this address any more",
  params: idParams,
  body: suppressBody,
  answer: subscriberAnswer,
  run: ({ actor, params, body }) => suppressSubscriber(actor, params.id, body.reason),
});

export const restoreSubscriberOperation = operation({
  ...write,
  id: "restoreSubscriber",
  method: "POST",
  path: "/api/subscribers/{id}/restore",
  summary: "Let a suppressed address get mails again",
  params: idParams,
  answer: subscriberAnswer,
  run: ({ actor, params }) => restoreSubscriber(actor, params.id),
});

export const deleteSubscriberOperation = operation({
  ...write,
  id: "deleteSubscriber",
  method: "DELETE",
  path: "/api/subscribers/{id}",
  summary: "Forget a subscriber whole",
  params: idParams,
  answer: z.void(),
  status: 204,
  run: ({ actor, params }) => removeSubscriber(actor, params.id),
});
