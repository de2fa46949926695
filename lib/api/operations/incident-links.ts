import { operation } from "#lib/api/operation";
import { incidentLinkAnswer, incidentLinkDoneAnswer, incidentLinkQuery } from "#lib/incidents/link-schema";
import { followLink, readLink } from "#lib/incidents/link-service";

const shared = { tag: "Incidents", permission: "public", path: "/api/incident-links" } as const;

export const readIncidentLinkOperation = operation({
  ...shared,
  id: "readIncidentLink",
  method: "GET",
  summary: "What the link of a mail about an incident would do; it does nothing",
  query: incidentLinkQuery,
  answer: incidentLinkAnswer,
  run: ({ query }) => readLink(query.action, query.token),
});

export const useIncidentLinkOperation = operation({
  ...shared,
  id: "useIncidentLink",
  method: "POST",
  summary: "Do what the link of a mail is for, once",
  body: incidentLinkQuery,
  answer: incidentLinkDoneAnswer,
  run: ({ actor, body }) => followLink(body.action, body.token, actor.ip),
});
