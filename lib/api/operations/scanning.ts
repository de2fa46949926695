import { operation } from "#lib/api/operation";
import { checkedTextAnswer, checkTextBody } from "#lib/scanning/schema";
import { checkText } from "#lib/scanning/service";

export const checkTextOperation = operation({
  id: "checkForSecrets",
  method: "POST",
  path: "/api/secret-scanning/check",
  summary: "Which of our secrets stand in a text, whose they are and whether they work; the text is not kept",
  tag: "Incidents",
  permission: "incidents.read",
  body: checkTextBody,
  answer: checkedTextAnswer,
  run: ({ body }) => checkText(body.text, new Date()),
});
