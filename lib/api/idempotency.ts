import { createHmac } from "node:crypto";
import { AppError, invalidFields } from "#lib/core/errors";
import { minuteMs } from "#lib/core/time";
import { withCompanion } from "#lib/db/transaction";
import { deriveKey, open, seal } from "#lib/secrets/live";
import {
  answersKeptMs,
  type Claim,
  claimKey,
  findStanding,
  keepAnswer,
  markCommitted,
  releaseKey,
  type Standing,
} from "./idempotency-store.ts";
import type { UntypedContext } from "./operation.ts";

const staleAfterMs = minuteMs;
const twinPauseMs = 50;

/**
 * Runs a POST at most once per (actor, path, Idempotency-Key); without the header, just runs it. The first
 * answer is kept 24 h (sealed: it may hold a secret shown once) and given again; a concurrent twin waits for
 * it. Another body under the key is 422 `idempotency_key_reused`. Refusals are not kept: nothing has happened.
 *
 * Crash-safe: the claim is marked in the transaction of the effect, so one that a dead process left unmarked
 * is taken over after 60 s, and one that it left marked is never run again (409 `idempotency_answer_lost`).
 */
export async function runOnce(
  request: Request,
  context: UntypedContext,
  run: () => Promise<Response>,
): Promise<Response> {
  const key = request.headers.get("idempotency-key");
  if (key === null) return run();
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw invalidFields({ "Idempotency-Key": "1 to 255 visible ASCII characters are expected" });
  }
  const actor = `${context.actor.type}:${context.actor.id}`;
  const path = new URL(request.url).pathname;
  const bodyHash = hashBody(context.body);
  const deadlineMs = Date.now() + staleAfterMs + minuteMs / 2;
  for (;;) {
    const nowMs = Date.now();
    const claim = { actor, path, key, claimedAt: new Date(nowMs) };
    const stale = new Date(nowMs - staleAfterMs);
    if (await claimKey(claim, bodyHash, stale, new Date(nowMs - answersKeptMs)))
      return runClaimed(claim, run);
    const standing = await findStanding(claim);
    if (standing && !Buffer.from(standing.bodyHash).equals(bodyHash)) throw keyReused();
    if (standing?.state === "answered") return repeat(standing);
    if (standing?.state === "committed" && standing.claimedAt < stale) throw answerLost();
    if (nowMs > deadlineMs) throw stillRunning();
    await new Promise((resolve) => setTimeout(resolve, twinPauseMs));
  }
}

async function runClaimed(claim: Claim, run: () => Promise<Response>): Promise<Response> {
  try {
    const response = await withCompanion((tx) => markCommitted(tx, claim), run);
    const kept = {
      body: await response.clone().text(),
      headers: [...response.headers].filter(([name]) => repeatedHeaders.includes(name)),
    };
    const sealed = seal(JSON.stringify(kept), "idempotent.answer");
    await keepAnswer(claim, response.status, Buffer.from(sealed).toString("base64"));
    return response;
  } catch (error) {
    await releaseKey(claim);
    throw error;
  }
}

const repeatedHeaders = ["content-type", "cache-control", "etag"];

function repeat(standing: Standing): Response {
  const text = open(Buffer.from(standing.sealedAnswer, "base64"), "idempotent.answer");
  // Written by runClaimed and authenticated by the seal.
  const kept = JSON.parse(text) as { body: string; headers: [string, string][] };
  const headers = new Headers([...kept.headers, ["idempotent-replayed", "true"]]);
  return new Response(kept.body, { status: standing.status, headers });
}

/** Keyed, because a body may hold a password or a credential that is not to be guessed from its hash. */
function hashBody(body: unknown): Buffer<ArrayBuffer> {
  const digest = createHmac("sha256", deriveKey("idempotency")).update(canonical(body)).digest();
  return Buffer.from(digest);
}

/** JSON with sorted members: the same body in another order is the same body. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
}

function keyReused(): AppError {
  return new AppError({
    code: "idempotency_key_reused",
    status: 422,
    message: "This Idempotency-Key was used with another body.",
  });
}

function answerLost(): AppError {
  return new AppError({
    code: "idempotency_answer_lost",
    status: 409,
    message: "The first call took effect, but its answer was lost. Look the resource up.",
  });
}

function stillRunning(): AppError {
  return new AppError({
    code: "idempotency_in_progress",
    status: 409,
    message: "The first call with this Idempotency-Key is still running.",
    headers: { "retry-after": "5" },
  });
}
