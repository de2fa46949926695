import { z } from "zod";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, idParams } from "#lib/core/shapes";
import { accountOfIncident, getIncident } from "#lib/incidents/details-service";
import { countDays, countOpen, listIncidents } from "#lib/incidents/list-store";
import { type Policies, policiesAnswer, policiesQuery, putPolicyBody } from "#lib/incidents/policy-schema";
import { getPolicies, putPolicy } from "#lib/incidents/policy-service";
import {
  bulkIncidentsAnswer,
  bulkIncidentsBody,
  incidentDaysAnswer,
  incidentDaysQuery,
  incidentDetailsAnswer,
  incidentPage,
  listIncidentsQuery,
  openIncidentsAnswer,
  openIncidentsQuery,
  updateIncidentBody,
} from "#lib/incidents/schema";
import { actOnMany, updateState } from "#lib/incidents/service";

const tag = "Incidents";
/** What a person edits: the setting is changed elsewhere. */
const ownPolicies = ({ key, account }: Policies) => ({ key, account });
const accountOf = ({ params }: { params: { id: string } }) => accountOfIncident(params.id);

export const listIncidentsOperation = operation({
  id: "listIncidents",
  method: "GET",
  path: "/api/incidents",
  summary: "Suspicions that keys are in other hands, newest first",
  tag,
  permission: "incidents.read",
  customers: { account: "query" },
  query: listIncidentsQuery,
  answer: incidentPage,
  async run({ query }) {
    const [after] = decodeCursor(query.cursor, z.tuple([idInput])) ?? [];
    return toPage(
      await listIncidents(query, after),
      query.limit,
      (incident) => incident,
      (incident) => [incident.id],
    );
  },
});

export const actOnIncidentsOperation = operation({
  id: "actOnIncidents",
  method: "PATCH",
  path: "/api/incidents",
  summary: "Dismiss, resolve or suspend the keys of many incidents; those where it cannot be done are told",
  tag,
  permission: "incidents.write",
  body: bulkIncidentsBody,
  answer: bulkIncidentsAnswer,
  run: ({ actor, body }) => actOnMany(actor, body),
});

export const countOpenIncidentsOperation = operation({
  id: "countOpenIncidents",
  method: "GET",
  path: "/api/incidents/open",
  summary: "How many incidents stand open",
  tag,
  permission: "incidents.read",
  customers: { account: "query" },
  query: openIncidentsQuery,
  answer: openIncidentsAnswer,
  run: async ({ query }) => ({ waiting: await countOpen(query.accountId) }),
});

export const countIncidentDaysOperation = operation({
  id: "countIncidentDays",
  method: "GET",
  path: "/api/incidents/days",
  summary: "Incidents of a period by the day on which they were opened, by state, with what they cost",
  tag,
  permission: "incidents.read",
  customers: { account: "query" },
  query: incidentDaysQuery,
  answer: incidentDaysAnswer,
  run: async ({ query }) => ({ days: await countDays(query) }),
});

export const getIncidentPoliciesOperation = operation({
  id: "getIncidentPolicies",
  method: "GET",
  path: "/api/incidents/policies",
  summary: "What is done by itself with incidents of an account or a key",
  tag,
  permission: "incidents.read",
  customers: { account: "query" },
  query: policiesQuery,
  answer: policiesAnswer,
  etag: ownPolicies,
  run: ({ query }) => getPolicies(query),
});

export const putIncidentPolicyOperation = operation({
  id: "putIncidentPolicy",
  method: "PUT",
  path: "/api/incidents/policies",
  summary: "Set an account's or a key's own policy, or take it away",
  tag,
  permission: "incidents.write",
  customers: { account: "body" },
  body: putPolicyBody,
  answer: policiesAnswer,
  etag: ownPolicies,
  current: ({ body }) => getPolicies(body),
  run: ({ actor, body }) => putPolicy(actor, body),
});

export const getIncidentOperation = operation({
  id: "getIncident",
  method: "GET",
  path: "/api/incidents/{id}",
  summary: "One incident: what happened when, what each address did, what the key usually does",
  tag,
  permission: "incidents.read",
  customers: { account: accountOf },
  params: idParams,
  answer: incidentDetailsAnswer,
  run: ({ params, own }) => getIncident(params.id, { isOwn: own !== undefined }),
});

export const updateIncidentOperation = operation({
  id: "updateIncident",
  method: "PATCH",
  path: "/api/incidents/{id}",
  summary: "Resolve or dismiss an incident, or open it again",
  tag,
  permission: "incidents.write",
  customers: { account: accountOf },
  params: idParams,
  body: updateIncidentBody,
  answer: incidentDetailsAnswer,
  async run({ actor, params, body, own }) {
    await updateState(actor, params.id, body);
    return getIncident(params.id, { isOwn: own !== undefined });
  },
});
