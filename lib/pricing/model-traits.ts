import type { ModelKind } from "./catalogue.ts";
import type { PriceComponents } from "./units.ts";

const audioIds = /whisper|transcribe|transcription|(^|[-/])tts\b|-tts|gpt-audio|realtime|sonic|-live-|voice/i;
const imageIds = /(^|[-/])gpt-image|-image(-|$)/i;
const rerankIds = /rerank/i;

const reasoningIds = [
  /(^|[/.])o[134](-|$)/,
  /(^|[/.])gpt-[56](?!.*chat)/,
  /gpt-oss|codex/,
  /reason(er|ing)|think(?!ingmachines)|magistral|deep-research|(^|[-/])qwq/,
  /(^|[-/.])r1(-|$)/,
  /(^|[/.])grok-(4|3-mini)/,
  /gemini-(2\.5|3|3\.\d)-pro/,
];

/**
 * What a model of the price list is for, told from its id and prices: the list itself does not say. A model
 * without an output price can only take input, so it embeds or ranks.
 */
export function kindOf(id: string, components: PriceComponents): ModelKind {
  if (audioIds.test(id) || components.audioSecond !== undefined) return "audio";
  if (imageIds.test(id)) return "image";
  if (rerankIds.test(id)) return "rerank";
  return components.output === undefined ? "embedding" : "chat";
}

/** Whether a model thinks before its first token, told from its id. */
export function isReasoning(id: string, kind: ModelKind): boolean {
  const lower = id.toLowerCase();
  if (kind !== "chat" || lower.includes("non-reasoning")) return false;
  return reasoningIds.some((pattern) => pattern.test(lower));
}
