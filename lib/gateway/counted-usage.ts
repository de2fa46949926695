import { noUsage, type Usage } from "#lib/pricing/usage";
import type { GatewayDeps } from "./deps.ts";
import type { Call } from "./protocols/call.ts";
import { countedTranscript } from "./protocols/transcript.ts";

/** Prompt tokens by our tokenizer, where the provider sent no figures: text counted, images and audio at a flat rate. */
export async function countPromptTokens(
  { prompt, follows }: Call,
  deps: Pick<GatewayDeps, "countTokens">,
): Promise<number> {
  const [earlierTokens = 0] = follows?.kept?.figures ?? [];
  return (await deps.countTokens(prompt.texts)) + prompt.otherTokens + earlierTokens;
}

/** The usage of a whole answer that came without figures. */
export async function countedUsage(
  call: Call,
  generated: readonly string[],
  deps: Pick<GatewayDeps, "countTokens">,
): Promise<Usage> {
  const [promptTokens, saidTokens] = await Promise.all([
    countPromptTokens(call, deps),
    deps.countTokens(generated),
  ]);
  const completionTokens = withoutEchoes(saidTokens, promptTokens, call.echoes);
  if (call.audio !== undefined) return countedTranscript(call, { promptTokens, completionTokens });
  return { ...noUsage, promptTokens, completionTokens, calls: 1 };
}

/** Of the tokens of an answer those that it does not only say again. */
export function withoutEchoes(saidTokens: number, promptTokens: number, echoes = 0): number {
  return Math.max(0, saidTokens - promptTokens * echoes);
}
