import { noUsage, type Usage } from "#lib/pricing/usage";
import type { GatewayDeps } from "./deps.ts";
import type { Call } from "./protocols/call.ts";
import { countedTranscript } from "./protocols/transcript.ts";

/** Prompt tokens by our tokenizer, where the provider sent no figures: text counted, images and audio at a flat rate. */
export async function countPromptTokens(
  { prompt }: Call,
  deps: Pick<GatewayDeps, "countTokens">,
): Promise<number> {
  return (await deps.countTokens(prompt.texts)) + prompt.otherTokens;
}

/** The usage of a whole answer that came without figures. */
export async function countedUsage(
  call: Call,
  generated: readonly string[],
  deps: Pick<GatewayDeps, "countTokens">,
): Promise<Usage> {
  const [promptTokens, completionTokens] = await Promise.all([
    countPromptTokens(call, deps),
    deps.countTokens(generated),
  ]);
  if (call.audio !== undefined) return countedTranscript(call, { promptTokens, completionTokens });
  return { ...noUsage, promptTokens, completionTokens, calls: 1 };
}
