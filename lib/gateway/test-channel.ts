import { UpstreamFailure } from "#lib/providers/provider";
import type { ChannelEntry } from "#lib/snapshot/entries";
import type { GatewayDeps } from "./deps.ts";
import { faultOfClass, faultOfStatus } from "./faults.ts";
import { asObject } from "./protocols/openai-usage.ts";
import { timeoutsOf } from "./timeouts.ts";
import { Watch } from "./watch.ts";

export type ChannelTestResult = {
  ok: boolean;
  /** Upstream's HTTP status; null when no answer came. */
  status: number | null;
  /** As in a log row's attempts; null when all is well. */
  errorClass: string | null;
  latencyMs: number;
  model: string | null;
};

const TEST_TIMEOUT_MS = 20_000;
const MAX_OUTPUT_TOKENS = 16;
const MAX_BODY_BYTES = 1 << 20;

/** One small chat call through a channel, disabled ones included: does it answer, and if not, why? Nothing is billed. */
export async function testChannel(
  channelId: string,
  wanted: string | undefined,
  deps: GatewayDeps,
): Promise<ChannelTestResult> {
  const channel = deps.snapshot.channels.get(channelId);
  const model = wanted ?? channel?.models.keys().next().value ?? null;
  const startedMs = deps.clock.monotonicMs();
  const result = (status: number | null, errorClass: string | null): ChannelTestResult => ({
    ok: errorClass === null,
    status,
    errorClass,
    latencyMs: Math.round(deps.clock.monotonicMs() - startedMs),
    model,
  });
  if (channel === undefined) return result(null, "channel_not_found");
  if (model === null) return result(null, "no_model");
  const watch = new Watch({ shutdown: deps.cutOff }, TEST_TIMEOUT_MS);
  try {
    const { status, contentType, body } = await send(channel, model, watch, deps);
    const text = await readText(body);
    if (status < 200 || status > 299)
      return result(status, faultOfStatus(status, contentType, text).errorClass);
    return result(status, Array.isArray(asObject(parse(text))?.choices) ? null : "malformed");
  } catch (error) {
    const errorClass =
      watch.reason ?? (error instanceof UpstreamFailure ? error.errorClass : "connection_lost");
    return result(null, faultOfClass(errorClass).errorClass);
  } finally {
    watch.close();
  }
}

function send(channel: ChannelEntry, model: string, watch: Watch, deps: GatewayDeps) {
  const provider = deps.providers[channel.provider];
  if (provider === undefined) throw new UpstreamFailure("unknown_provider");
  const upstreamModel = channel.models.get(model) ?? model;
  const messages = [{ role: "user", content: "ping" }];
  return provider.send(channel, {
    path: "/chat/completions",
    model: upstreamModel,
    body: Buffer.from(JSON.stringify({ model: upstreamModel, messages, max_tokens: MAX_OUTPUT_TOKENS })),
    stream: false,
    headers: {},
    connectTimeoutMs: timeoutsOf(channel, false).connectMs,
    signal: watch.signal,
  });
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
