import type { Level } from "#lib/limits/limiter";
import { limitsOf } from "#lib/limits/resolve";
import { UpstreamFailure } from "#lib/providers/provider";
import { readAll, readText } from "./attempt.ts";
import type { GatewayDeps } from "./deps.ts";
import { isRefusal, type Refusal, refuse } from "./errors.ts";
import type { Answer } from "./exchange.ts";
import { isFaultClass } from "./fault-table.ts";
import { type Fault, faultOfClass, faultOfStatus } from "./faults.ts";
import { findKept, type Kept } from "./follows.ts";
import type { Identified } from "./identify.ts";
import { limitRefusal, rateHeaders } from "./limit.ts";
import { asObject } from "./protocols/openai-usage.ts";
import { recordResource, reject } from "./record.ts";
import { answerHeaders, errorResponse } from "./respond.ts";
import { modalityOf, timeoutsOf } from "./timeouts.ts";
import { wrapResponse } from "./wrapped-response.ts";

type Json = Readonly<Record<string, unknown>>;

/** Something that an upstream keeps for an account, and what is to be done with it. */
export type Resource = {
  /** As the client names it. */
  id: string;
  method: "GET" | "DELETE";
  /** What rows say: ids are as many as calls. */
  shownPath: string;
  /** Below the channel's base URL, query included. */
  upstreamPath(upstreamId: string): string;
  /** Upstream's answer with the client's ids, every other byte as it came; undefined: it is none that can be told. */
  told(bytes: Uint8Array, answer: Json, wrap: (upstreamId: string) => string): Uint8Array | undefined;
  /** What an answer without a body means, but for the id; undefined: it must have one. */
  emptyAnswer: object | undefined;
};

/**
 * Gets or deletes what an upstream keeps for this account: asked of the channel and the credential that made it, and of
 * nobody else. It costs nothing; of limits it takes a request, and it leaves a row.
 */
export async function answerResource(
  caller: Identified,
  resource: Resource,
  deps: GatewayDeps,
): Promise<Answer> {
  const known = { ...caller, path: resource.shownPath };
  const kept = findKept(resource.id, caller.account.id, deps);
  if (isRefusal(kept)) return reject(known, kept, deps);
  const { models } = caller.key;
  if (models !== null && !models.has(kept.model))
    return reject(known, refuse("model_not_allowed", undefined, "model"), deps);
  if (kept.channel.status !== "active" && kept.channel.status !== "draining")
    return reject(known, refuse("no_channel_available"), deps);
  const levels = await takeRequest(caller, kept.model, deps);
  if (isRefusal(levels)) return reject(known, levels, deps);
  const startedMs = deps.clock.monotonicMs();
  const asked = await ask(caller, resource, kept, deps);
  const upstreamMs = deps.clock.monotonicMs() - startedMs;
  const refusal = isRefusal(asked.told) ? asked.told : undefined;
  const attempt = {
    channelId: kept.channel.id,
    credential: kept.channel.credentials.indexOf(kept.credential),
    reason: "only",
    status: asked.status,
    errorClass: asked.errorClass,
    startMs: Math.round(startedMs - caller.startedMs),
    durationMs: Math.round(upstreamMs),
  };
  const outcome = {
    status: refusal?.status ?? 200,
    errorCode: refusal?.code ?? null,
    attempts: [attempt],
    upstreamMs,
    channel: kept.channel,
    firstTokenMs: null,
  };
  recordResource(known, kept.model, outcome, deps);
  const gatewayMs = deps.clock.monotonicMs() - caller.startedMs - upstreamMs;
  const shown = { ...known, rateHeaders: rateHeaders(levels) };
  if (isRefusal(asked.told)) return errorResponse(shown, asked.told, gatewayMs);
  const headers = answerHeaders(shown, "application/json", gatewayMs);
  headers["content-length"] = String(asked.told.byteLength);
  return { status: 200, headers, body: asked.told };
}

async function takeRequest(
  { account, groupId, key }: Identified,
  model: string,
  deps: GatewayDeps,
): Promise<readonly Level[] | Refusal> {
  const who = { accountId: account.id, groupId, keyId: key.id, model };
  const decision = await deps.limiter.take(limitsOf(who, { rpm: 1 }, deps.snapshot.limitTable));
  if (decision.taken) return decision.levels;
  deps.limitMeter.refused(account.id, decision.level.check);
  return limitRefusal(decision);
}

/** What upstream said, for the client, and for the row. */
type Asked = { told: Uint8Array | Refusal; status: number | null; errorClass: string | null };

async function ask(caller: Identified, resource: Resource, kept: Kept, deps: GatewayDeps): Promise<Asked> {
  const { channel, credential, upstreamId, model } = kept;
  const timeouts = timeoutsOf(channel, modalityOf(deps.snapshot.models.get(model)));
  const watch = deps.watches.open(caller.signal, deps.clock.monotonicMs() + timeouts.totalMs);
  let status: number | null = null;
  const failed = ({ refusal, errorClass }: Fault) => {
    const message = refusal.message.replaceAll(upstreamId, resource.id);
    return { told: { ...refusal, message }, status, errorClass };
  };
  try {
    const provider = deps.providers[channel.provider];
    if (provider === undefined) throw new UpstreamFailure("unknown_provider");
    watch.arm("headers_timeout", timeouts.headersMs);
    const response = await provider.send(channel, {
      method: resource.method,
      path: resource.upstreamPath(upstreamId),
      model: channel.models.get(model) ?? model,
      body: NOTHING,
      stream: false,
      secret: credential.secret,
      headers: {},
      connectTimeoutMs: timeouts.connectMs,
      ending: watch,
    });
    status = response.status;
    watch.arm("idle_timeout", timeouts.idleMs);
    if (status < 200 || status > 299) {
      const text = await readText(response.body);
      watch.close();
      if (status === 404)
        return { told: refuse("not_found", NO_MORE), status, errorClass: "unexpected_status" };
      return failed(faultOfStatus(status, response, text, deps.now()));
    }
    const bytes = await readAll(response.body);
    watch.close();
    const told = toldBytes(bytes, caller, resource, kept, deps);
    return told === undefined ? failed(faultOfClass("malformed")) : { told, status, errorClass: null };
  } catch (error) {
    if (watch.reason === undefined && !(error instanceof UpstreamFailure)) throw error;
    const name = watch.reason ?? (error instanceof UpstreamFailure ? error.errorClass : "");
    watch.end(name);
    return failed(faultOfClass(isFaultClass(name) ? name : "connection_lost"));
  }
}

const NOTHING = new Uint8Array();
const NO_MORE = "The provider does not keep this any more, or never did (store: false).";

/** undefined: upstream said nothing that could be told. */
function toldBytes(
  bytes: Uint8Array,
  { account }: Identified,
  { id, told, emptyAnswer }: Resource,
  kept: Kept,
  { idKey }: GatewayDeps,
): Uint8Array | undefined {
  if (bytes.byteLength === 0) return emptyAnswer && Buffer.from(JSON.stringify({ id, ...emptyAnswer }));
  const answer = asObject(parse(bytes));
  if (answer === undefined) return undefined;
  const { channel, credential, upstreamId, model, figures } = kept;
  const made = { channelId: channel.id, credentialId: credential.id, model, figures };
  return told(bytes, answer, (other) =>
    other === upstreamId ? id : wrapResponse({ ...made, upstreamId: other }, account.id, idKey()),
  );
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
}
