import type { Usage } from "#lib/pricing/usage";
import { serves } from "#lib/routing/eligible";
import type { ChannelEntry, CredentialEntry, Snapshot } from "#lib/snapshot/entries";
import type { Admitted, Bounds } from "./admit.ts";
import type { GatewayDeps } from "./deps.ts";
import { isRefusal, type Refusal, refuse } from "./errors.ts";
import type { Identified } from "./identify.ts";
import type { Call } from "./protocols/call.ts";
import type { Answered, Failed } from "./relay.ts";
import { unwrapResponse, type WrappedResponse, wrapResponse } from "./wrapped-response.ts";

/** What an upstream keeps for an account: the channel and the credential that it was made with, and no others, find it. */
export type Kept = WrappedResponse & { channel: ChannelEntry; credential: CredentialEntry };

/** The response that a call goes on from. */
export type Follows = {
  /** As the client named it. */
  toldId: string;
  /** Found before anything else is asked of the call. */
  kept?: Kept;
};

const PARAM = "previous_response_id";
const GONE = "The channel that keeps this response is gone, or has another credential now.";
const OUT = "The channel that keeps this response takes no calls of yours at the moment.";
/** Output that is held for where neither the request nor the model has a limit: so many times what is usual. */
const UNUSUAL = 16;

/** What an id of this account's names; 404 for everything else, whoever made it. */
export function findKept(
  id: string,
  accountId: string,
  { snapshot, idKey }: Pick<GatewayDeps, "snapshot" | "idKey">,
): Kept | Refusal {
  const made = unwrapResponse(id, accountId, idKey());
  if (made === undefined) return refuse("not_found", "There is no response with this id.");
  return keeperOf(made, snapshot) ?? refuse("not_found", GONE);
}

function keeperOf(made: WrappedResponse, { channels }: Snapshot): Kept | undefined {
  const channel = channels.get(made.channelId);
  const credential = channel?.credentials.find(({ id }) => id === made.credentialId);
  return channel && credential && { ...made, channel, credential };
}

/** Finds what a call goes on from: it can go to that channel alone. undefined: it has been found. */
export function follow(
  { account, groupId }: Identified,
  { follows, model }: Call & { follows: Follows },
  deps: GatewayDeps,
): Refusal | undefined {
  const kept = findKept(follows.toldId, account.id, deps);
  if (isRefusal(kept))
    return { ...kept, message: `${PARAM}: ${kept.message} Send the conversation itself.`, param: PARAM };
  const { channel } = kept;
  const { models, channelsByModel } = deps.snapshot;
  // That the model does not exist at all is for others to say.
  if (!models.has(model) && !channelsByModel.has(model)) return undefined;
  if (!channel.models.has(model)) {
    const other = `${PARAM}: the channel that keeps this response does not serve the model ${JSON.stringify(model.slice(0, 128))}. Send the conversation itself.`;
    return refuse("invalid_request", other, PARAM);
  }
  if (!serves(channel, groupId, account.id)) return refuse("no_channel_available", OUT, PARAM);
  follows.kept = kept;
  return undefined;
}

/** What a call may use that goes on from another: all that was said before is part of its prompt. */
export function withEarlier(bounds: Bounds, { kept }: Follows, contextWindow: number | null): Bounds {
  const [likely = 0, most = 0] = kept?.figures ?? [];
  const { promptTokens, outputTokens } = bounds;
  const within = (tokens: number) =>
    Math.min(promptTokens + tokens, contextWindow ?? Number.MAX_SAFE_INTEGER);
  return { promptTokens: within(most), likelyPromptTokens: within(likely), outputTokens };
}

/**
 * Wraps ids of what upstream keeps of this call. With an id goes how many tokens a call takes that goes on from it, as
 * far as it is known by then: probably, and at most.
 */
export function wrapperOf(
  admitted: Pick<Admitted, "account" | "call" | "model" | "bounds">,
  { channel, attempts }: Pick<Answered, "channel" | "attempts">,
  { idKey }: Pick<GatewayDeps, "idKey">,
): (upstreamId: string, usage?: Usage) => string {
  const { account, call } = admitted;
  const credentialId = channel.credentials[attempts.at(-1)?.credential ?? 0]?.id ?? "";
  return (upstreamId, usage) => {
    if (upstreamId === call.follows?.kept?.upstreamId) return call.follows.toldId;
    const figures =
      usage === undefined ? figuresOf(admitted) : twice(usage.promptTokens + usage.completionTokens);
    const made = { channelId: channel.id, credentialId, upstreamId, model: call.model, figures };
    return wrapResponse(made, account.id, idKey());
  };
}

const twice = (tokens: number) => [tokens, tokens];

function figuresOf({ call, model, bounds }: Pick<Admitted, "call" | "model" | "bounds">): number[] {
  const { promptTokens, likelyPromptTokens = promptTokens, outputTokens } = bounds;
  const mostOutput = call.maxOutputTokens ?? model?.maxOutputTokens ?? outputTokens * UNUSUAL;
  return [likelyPromptTokens + outputTokens, promptTokens + mostOutput].map(Math.ceil);
}

/** A refusal as the client may read it: what it goes on from has the client's name, and is missing if upstream lacks it. */
export function failedFollowing(follows: Follows, failed: Failed): Failed {
  const { refusal, attempts } = failed;
  if (attempts.at(-1)?.status === 404)
    return { ...failed, refusal: refuse("not_found", "There is no response with this id.", PARAM) };
  const upstreamId = follows.kept?.upstreamId ?? "";
  if (upstreamId === "" || !refusal.message.includes(upstreamId)) return failed;
  const message = refusal.message.replaceAll(upstreamId, follows.toldId);
  return { ...failed, refusal: { ...refusal, message } };
}
