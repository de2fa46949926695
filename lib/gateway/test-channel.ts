import type { GatewayDeps } from "./deps.ts";
import { houseCall } from "./house-call.ts";

export type ChannelTestResult = {
  ok: boolean;
  /** Upstream's HTTP status; null when no answer came. */
  status: number | null;
  /** A fault class, as in a log row's attempts; null when all is well. */
  errorClass: string | null;
  latencyMs: number;
  /** What was asked for: a small call of the model, or only the provider's list of models. null: nothing. */
  by: "call" | "list" | null;
  model: string | null;
};

/** Which of the channel's models and credentials (by its index); default: the first. */
export type TestedPart = { model?: string | undefined; credential?: number | undefined };

/**
 * One small call through a channel, disabled ones included: does it answer, and if not, why? Of a model that cannot be
 * called for next to nothing (images) the provider's list of models. Billed to the house account; what it shows counts for the channel's state.
 */
export async function testChannel(
  channelId: string,
  { model: wanted, credential: index = 0 }: TestedPart,
  deps: GatewayDeps,
): Promise<ChannelTestResult> {
  const channel = deps.snapshot.channels.get(channelId);
  const model = wanted ?? channel?.models.keys().next().value ?? null;
  const no = (errorClass: string): ChannelTestResult => ({
    ok: false,
    status: null,
    errorClass,
    latencyMs: 0,
    by: null,
    model,
  });
  if (channel === undefined) return no("channel_not_found");
  if (model === null) return no("no_model");
  const credential = channel.credentials[index];
  if (credential === undefined) return no("no_credential");
  const { status, fault, latencyMs, by } = await houseCall(
    { channel, credential, model, stream: false, mark: "test" },
    deps,
  );
  return { ok: fault === undefined, status, errorClass: fault?.errorClass ?? null, latencyMs, by, model };
}
