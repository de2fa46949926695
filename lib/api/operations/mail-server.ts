import { z } from "zod";
import { operation } from "#lib/api/operation";
import {
  type MailServerAnswer,
  mailDetailAnswer,
  mailServerAnswer,
  putMailServerBody,
  testMailBody,
} from "#lib/mail/schema";
import { deleteMailServer, describeMailServer, putMailServer, sendTestMail } from "#lib/mail/server-service";

const shared = { tag: "Mail", path: "/api/mail-server" } as const;

/** What a person enters; what waits and what keeps it from being sent is not theirs. */
const edited = ({ waiting: _waiting, trouble: _trouble, ...entered }: MailServerAnswer) => entered;

export const getMailServer = operation({
  ...shared,
  id: "getMailServer",
  method: "GET",
  summary: "Where mail is handed over, and what keeps it from being sent",
  permission: "settings.read",
  answer: mailServerAnswer,
  etag: edited,
  run: () => describeMailServer(),
});

export const putMailServerOperation = operation({
  ...shared,
  id: "putMailServer",
  method: "PUT",
  summary: "Enter the mail server; what waits is tried with it at once",
  permission: "settings.write",
  body: putMailServerBody,
  answer: mailServerAnswer,
  etag: edited,
  stepUp: true,
  current: () => describeMailServer(),
  run: ({ actor, body }) => putMailServer(actor, body),
});

export const deleteMailServerOperation = operation({
  ...shared,
  id: "deleteMailServer",
  method: "DELETE",
  summary: "Forget the mail server entered by form; SMTP_URL counts again, if it is set",
  permission: "settings.write",
  answer: z.void(),
  status: 204,
  stepUp: true,
  run: ({ actor }) => deleteMailServer(actor),
});

export const sendTestMailOperation = operation({
  ...shared,
  id: "sendTestMail",
  method: "POST",
  path: "/api/mail-server/test",
  summary: "Put a test mail into the outbox, where one sees how it fares",
  permission: "settings.write",
  body: testMailBody,
  answer: mailDetailAnswer,
  status: 201,
  idempotent: true,
  run: ({ actor, body }) => sendTestMail(actor, body.to),
});
