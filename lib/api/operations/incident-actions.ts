import type { ZodType } from "zod";
import { type OperationContext, operation } from "#lib/api/operation";
import { idParams } from "#lib/core/shapes";
import { type Action, act } from "#lib/incidents/act-service";
import { accountOfIncident, getIncident } from "#lib/incidents/details-service";
import { refundIncident } from "#lib/incidents/refund-service";
import {
  blockIpBody,
  capSpendBody,
  dismissBody,
  incidentDetailsAnswer,
  limitNetworksBody,
  refundBody,
  rotateIncidentKeyBody,
  suspendKeyBody,
  trustIpBody,
  undoBody,
} from "#lib/incidents/schema";

/** Something that is done in an incident, by operators and by whose key it is. */
function action<Body>(
  { id, name, summary }: { id: string; name: string; summary: string },
  body: ZodType<Body>,
  toAction: (body: Body) => Action,
) {
  return operation({
    id,
    method: "POST",
    path: `/api/incidents/{id}/${name}`,
    summary,
    tag: "Incidents",
    permission: "incidents.write",
    customers: { account: ({ params }) => accountOfIncident(params.id) },
    params: idParams,
    body,
    answer: incidentDetailsAnswer,
    async run({ actor, params, body: given, own }: OperationContext<{ id: string }, unknown, Body>) {
      const { secret } = await act({ actor }, params.id, toAction(given));
      const incident = await getIncident(params.id, { isOwn: own !== undefined });
      return secret === undefined ? incident : { ...incident, rotatedSecret: secret };
    },
  });
}

export const suspendKeyOperation = action(
  {
    id: "suspendIncidentKey",
    name: "suspend-key",
    summary: "Disable the key: its calls are refused at once",
  },
  suspendKeyBody,
  (body) => ({ kind: "suspend-key", ...body }),
);

export const rotateIncidentKeyOperation = action(
  {
    id: "rotateIncidentKey",
    name: "rotate-key",
    summary:
      "A new secret, which is in this answer alone; the old one works `overlapSeconds` more, by default 0",
  },
  rotateIncidentKeyBody,
  (body) => ({ kind: "rotate-key", ...body }),
);

export const trustIpOperation = action(
  {
    id: "trustIncidentIp",
    name: "trust-ip",
    summary: "Vouch for an address or networks, by default all of the incident",
  },
  trustIpBody,
  ({ reason, ...places }) => ({ kind: "trust-ip", networks: networksOf(places), reason }),
);

export const blockIpOperation = action(
  {
    id: "blockIncidentIp",
    name: "block-ip",
    summary: "Refuse this key from an address or networks, by default all of the incident",
  },
  blockIpBody,
  ({ cutStreams, ...places }) => ({ kind: "block-ip", networks: networksOf(places), cutStreams }),
);

export const limitNetworksOperation = action(
  {
    id: "limitIncidentKey",
    name: "limit-networks",
    summary: "Let the key work from its familiar networks alone, or from those that are named",
  },
  limitNetworksBody,
  (body) => ({ kind: "limit-networks", ...body }),
);

export const capSpendOperation = action(
  {
    id: "capIncidentKey",
    name: "cap-spend",
    summary: "Let the key spend so many times its usual day, a day",
  },
  capSpendBody,
  (body) => ({ kind: "cap-spend", ...body }),
);

export const dismissIncidentOperation = action(
  {
    id: "dismissIncident",
    name: "dismiss",
    summary: "Close it as no theft; unless `teach` is false its networks count as trusted from now on",
  },
  dismissBody,
  (body) => ({ kind: "dismiss", ...body }),
);

export const undoIncidentOperation = action(
  { id: "undoIncidentAction", name: "undo", summary: "Take back what was done last, or one thing" },
  undoBody,
  (body) => ({ kind: "undo", ...body }),
);

export const refundIncidentOperation = operation({
  id: "refundIncident",
  method: "POST",
  path: "/api/incidents/{id}/refund",
  summary: "Give back what it cost, as goodwill: a ledger entry names the incident",
  tag: "Incidents",
  permission: "ledger.write",
  params: idParams,
  body: refundBody,
  answer: incidentDetailsAnswer,
  idempotent: true,
  stepUp: true,
  async run({ actor, params, body }) {
    await refundIncident(actor, params.id, body);
    return getIncident(params.id);
  },
});

function networksOf({ ip, networks }: { ip?: string | undefined; networks?: string[] | undefined }) {
  const all = [...(ip === undefined ? [] : [ip]), ...(networks ?? [])];
  return all.length === 0 ? undefined : all;
}
