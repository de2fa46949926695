import { z } from "zod";
import { downloadAnswer } from "#lib/api/download";
import { operation } from "#lib/api/operation";
import {
  claimAnswer,
  claimFileParams,
  claimPage,
  createClaimBody,
  creditClaimBody,
  listClaimsQuery,
  rejectClaimBody,
} from "#lib/claims/schema";
import { claimFile, creditClaim, getClaim, makeClaim, rejectClaim } from "#lib/claims/service";
import { listClaims } from "#lib/claims/store";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, idParams, pageAnswer } from "#lib/core/shapes";

const tag = "Recharges";
/** Who decided is the operators' matter; what they say is the customer's. */
const customersView = claimAnswer.omit({ decidedBy: true });

export const listClaimsOperation = operation({
  id: "listClaims",
  method: "GET",
  path: "/api/recharge-claims",
  summary: "Claims of payments that are not there, newest first",
  tag,
  permission: "recharges.read",
  customers: { account: "query", answer: pageAnswer(customersView) },
  query: listClaimsQuery,
  answer: claimPage,
  async run({ query }) {
    const [after] = decodeCursor(query.cursor, z.tuple([idInput])) ?? [];
    const claims = await listClaims(query, after);
    return toPage(
      claims,
      query.limit,
      (claim) => claim,
      (claim) => [claim.id],
    );
  },
});

export const createClaimOperation = operation({
  id: "createClaim",
  method: "POST",
  path: "/api/recharge-claims",
  summary: "Say that a payment was made and is not credited, with what proves it (PNG, JPEG or PDF, 5 MB)",
  tag,
  permission: "payments.write",
  customers: { account: "body", answer: customersView },
  body: createClaimBody,
  // 5 MB in base64, and the words.
  maxBodyBytes: 7 * 1024 * 1024 + 65_536,
  answer: claimAnswer,
  status: 201,
  idempotent: true,
  run: ({ actor, body }) => makeClaim(actor, body),
});

export const downloadClaimFile = operation({
  id: "downloadClaimFile",
  method: "GET",
  path: "/api/recharge-claims/{id}/file",
  summary: "What was sent along with a claim; as an attachment, which no browser runs",
  tag,
  permission: "recharges.read",
  params: claimFileParams,
  answer: downloadAnswer,
  download: ["image/png", "image/jpeg", "application/pdf"],
  async run({ params, answerHeaders }) {
    const { bytes, kind } = await claimFile(params.id);
    answerHeaders.set("content-security-policy", "sandbox; default-src 'none'");
    const fileName = `claim-${params.id.slice(-8)}.${kind === "application/pdf" ? "pdf" : kind.slice(6)}`;
    return { body: new Blob([bytes]).stream(), contentType: kind, fileName };
  },
});

export const creditClaimOperation = operation({
  id: "creditClaim",
  method: "POST",
  path: "/api/recharge-claims/{id}/credit",
  summary: "Credit what a claim is about: its order, the one named, or a new one; exactly once",
  tag,
  permission: "recharges.write",
  params: idParams,
  body: creditClaimBody,
  answer: claimAnswer,
  idempotent: true,
  run: ({ actor, params, body }) => creditClaim(actor, params.id, body),
});

export const rejectClaimOperation = operation({
  id: "rejectClaim",
  method: "POST",
  path: "/api/recharge-claims/{id}/reject",
  summary: "Say no to a claim, and why: the account is sent it",
  tag,
  permission: "recharges.write",
  params: idParams,
  body: rejectClaimBody,
  answer: claimAnswer,
  idempotent: true,
  run: ({ actor, params, body }) => rejectClaim(actor, params.id, body.answer),
});

export const getClaimOperation = operation({
  id: "getClaim",
  method: "GET",
  path: "/api/recharge-claims/{id}",
  summary: "One claim",
  tag,
  permission: "recharges.read",
  params: idParams,
  answer: claimAnswer,
  run: ({ params }) => getClaim(params.id),
});
