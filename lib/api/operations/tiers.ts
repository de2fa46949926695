import { z } from "zod";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, idParams, pageAnswer } from "#lib/core/shapes";
import { approveOffer, declineOffer, endGrant, getGrant, grantByHand } from "#lib/tiers/grant-service";
import { countOffers, listGrants } from "#lib/tiers/grant-store";
import { previewTier, progressOf } from "#lib/tiers/progress-service";
import {
  createTierBody,
  decideGrantBody,
  endGrantBody,
  grantAnswer,
  grantPage,
  grantTierBody,
  listGrantsQuery,
  progressAnswer,
  progressQuery,
  publicTierAnswer,
  type Tier,
  tierAnswer,
  tierPage,
  tierPreviewAnswer,
  updateTierBody,
  waitingOffersAnswer,
} from "#lib/tiers/schema";
import { createTier, getTier, removeTier, updateTier } from "#lib/tiers/service";
import { listTiers } from "#lib/tiers/store";

const tag = "Discount tiers";

/** Which of the operators decided is between operators. */
const customersGrant = grantAnswer.omit({ decidedBy: true, endedBy: true });

/** What a person edits; who holds a tier does not make an edit stale. */
const edited = ({ holders, offers, ...tier }: Tier) => tier;

export const listTiersOperation = operation({
  id: "listTiers",
  method: "GET",
  path: "/api/tiers",
  summary: "Discount tiers: from which threshold on which reward",
  tag,
  permission: "tiers.read",
  customers: { account: "own", answer: pageAnswer(publicTierAnswer) },
  answer: tierPage,
  async run({ own }) {
    const tiers = await listTiers();
    return { items: own === undefined ? tiers : tiers.filter(({ isActive }) => isActive), nextCursor: null };
  },
});

export const createTierOperation = operation({
  id: "createTier",
  method: "POST",
  path: "/api/tiers",
  summary: "A tier; it counts from the next recharge, or the next look at consumption",
  tag,
  permission: "tiers.write",
  body: createTierBody,
  answer: tierAnswer,
  status: 201,
  idempotent: true,
  etag: edited,
  run: ({ actor, body }) => createTier(actor, body),
});

export const previewTierOperation = operation({
  id: "previewTier",
  method: "POST",
  path: "/api/tiers/preview",
  summary: "Who would reach a tier today; nothing is granted",
  tag,
  permission: "tiers.write",
  body: createTierBody,
  answer: tierPreviewAnswer,
  run: ({ body }) => previewTier(body, new Date()),
});

export const getTierOperation = operation({
  id: "getTier",
  method: "GET",
  path: "/api/tiers/{id}",
  summary: "One discount tier",
  tag,
  permission: "tiers.read",
  params: idParams,
  answer: tierAnswer,
  etag: edited,
  run: ({ params }) => getTier(params.id),
});

export const updateTierOperation = operation({
  id: "updateTier",
  method: "PATCH",
  path: "/api/tiers/{id}",
  summary: "Change a tier for those who reach it from now on; who holds it keeps their percentage",
  tag,
  permission: "tiers.write",
  params: idParams,
  body: updateTierBody,
  answer: tierAnswer,
  etag: edited,
  current: ({ params }) => getTier(params.id),
  run: ({ actor, params, body }) => updateTier(actor, params.id, body),
});

export const removeTierOperation = operation({
  id: "removeTier",
  method: "DELETE",
  path: "/api/tiers/{id}",
  summary: "Remove a tier; one that was ever granted stays for its history, inactive",
  tag,
  permission: "tiers.write",
  params: idParams,
  answer: z.null(),
  status: 204,
  async run({ actor, params }) {
    await removeTier(actor, params.id);
    return null;
  },
});

export const grantTierOperation = operation({
  id: "grantTier",
  method: "POST",
  path: "/api/tiers/{id}/grants",
  summary: "Give an account a tier by hand",
  tag,
  permission: "tiers.write",
  params: idParams,
  body: grantTierBody,
  answer: grantAnswer,
  status: 201,
  idempotent: true,
  run: ({ actor, params, body }) => grantByHand(actor, params.id, body, new Date()),
});

export const listGrantsOperation = operation({
  id: "listTierGrants",
  method: "GET",
  path: "/api/tier-grants",
  summary:
    "Tiers that accounts were offered, hold or have lost, with the figures that explain it, newest first",
  tag,
  permission: "tiers.read",
  customers: { account: "query", answer: pageAnswer(customersGrant) },
  query: listGrantsQuery,
  answer: grantPage,
  async run({ query }) {
    const [after] = decodeCursor(query.cursor, z.tuple([idInput])) ?? [];
    return toPage(
      await listGrants(query, after),
      query.limit,
      (grant) => grant,
      (grant) => [grant.id],
    );
  },
});

export const countOffersOperation = operation({
  id: "countTierOffers",
  method: "GET",
  path: "/api/tier-grants/waiting",
  summary: "How many offers wait for an operator",
  tag,
  permission: "tiers.write",
  answer: waitingOffersAnswer,
  run: async () => ({ waiting: await countOffers() }),
});

export const getGrantOperation = operation({
  id: "getTierGrant",
  method: "GET",
  path: "/api/tier-grants/{id}",
  summary: "One grant of a tier",
  tag,
  permission: "tiers.read",
  params: idParams,
  answer: grantAnswer,
  run: ({ params }) => getGrant(params.id),
});

export const approveOfferOperation = operation({
  id: "approveTierOffer",
  method: "POST",
  path: "/api/tier-grants/{id}/approve",
  summary: "Approve an offer; the account is written to; decided once",
  tag,
  permission: "tiers.write",
  params: idParams,
  body: decideGrantBody,
  answer: grantAnswer,
  run: ({ actor, params, body }) => approveOffer(actor, params.id, body.reason ?? "", new Date()),
});

export const declineOfferOperation = operation({
  id: "declineTierOffer",
  method: "POST",
  path: "/api/tier-grants/{id}/decline",
  summary: "Decline an offer: it is not made again by itself; decided once",
  tag,
  permission: "tiers.write",
  params: idParams,
  body: decideGrantBody,
  answer: grantAnswer,
  run: ({ actor, params, body }) => declineOffer(actor, params.id, body.reason ?? "", new Date()),
});

export const endGrantOperation = operation({
  id: "endTierGrant",
  method: "POST",
  path: "/api/tier-grants/{id}/end",
  summary: "Take a tier away, with a reason that the account is sent",
  tag,
  permission: "tiers.write",
  params: idParams,
  body: endGrantBody,
  answer: grantAnswer,
  run: ({ actor, params, body }) => endGrant(actor, params.id, body.reason, new Date()),
});

export const getProgressOperation = operation({
  id: "getTierProgress",
  method: "GET",
  path: "/api/tier-progress",
  summary: "How far an account is on the way to each tier",
  tag,
  permission: "tiers.read",
  customers: { account: "query" },
  query: progressQuery,
  answer: progressAnswer,
  run: ({ query }) => progressOf(query.accountId, new Date()),
});
