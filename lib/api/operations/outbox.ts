import { operation } from "#lib/api/operation";
import { idParams } from "#lib/core/shapes";
import { readMail, readMails, resendMail } from "#lib/mail/outbox-service";
import { listMailsQuery, mailDetailAnswer, mailPage } from "#lib/mail/schema";

const tag = "Mail";

export const listOutbox = operation({
  id: "listOutbox",
  method: "GET",
  path: "/api/outbox",
  summary: "Mails, newest first: each stands here, queued, when the request that caused it is answered",
  tag,
  permission: "outbox.read",
  query: listMailsQuery,
  answer: mailPage,
  run: ({ actor, query }) => readMails(actor, query),
});

export const getMail = operation({
  id: "getMail",
  method: "GET",
  path: "/api/outbox/{id}",
  summary: "One mail, with its HTML",
  tag,
  permission: "outbox.read",
  params: idParams,
  answer: mailDetailAnswer,
  run: ({ actor, params }) => readMail(actor, params.id),
});

export const resendMailOperation = operation({
  id: "resendMail",
  method: "POST",
  path: "/api/outbox/{id}/resend",
  summary: "Send a mail again, or now, under the same Message-ID",
  tag,
  permission: "outbox.write",
  params: idParams,
  answer: mailDetailAnswer,
  run: ({ actor, params }) => resendMail(actor, params.id),
});
