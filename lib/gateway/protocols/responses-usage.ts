import type { Usage } from "#lib/pricing/usage";
import { type JsonScan, scanJsonObject } from "../json-scan.ts";
import { asObject, readOpenAiUsage } from "./openai-usage.ts";

/** Where the members of an object that upstream sent lie. Deep ones are refused: to write them anew would use up the stack. */
export const scanAnswer = (bytes: Uint8Array): JsonScan =>
  scanJsonObject(bytes, { depth: 64, values: Number.POSITIVE_INFINITY });

/** Whether an object can be read in one way alone, so that no id can hide in it: no name twice, nothing too deep. */
export const isPlain = (bytes: Uint8Array): boolean => scanAnswer(bytes).ok;

/** The usage of a response's object; undefined when there is none, or its totals are no counts. */
export function readResponseUsage(raw: unknown): Usage | undefined {
  const usage = asObject(raw);
  return readOpenAiUsage(
    usage && {
      prompt_tokens: usage.input_tokens,
      completion_tokens: usage.output_tokens,
      total_tokens: usage.total_tokens,
      prompt_tokens_details: usage.input_tokens_details,
      completion_tokens_details: usage.output_tokens_details,
    },
  );
}

/** All that the items of an output say, in the fields that are generated tokens. */
export function textsOfOutput(output: unknown): string[] {
  return Array.isArray(output) ? output.flatMap(textsOfItem) : [];
}

/** What one item of an output says: an answer, a summary of reasoning, a tool's call. */
export function textsOfItem(raw: unknown): string[] {
  const item = asObject(raw) ?? {};
  const parts = [item.content, item.summary].flatMap((list) => (Array.isArray(list) ? list : []));
  const said = parts.flatMap((part) => [asObject(part)?.text, asObject(part)?.refusal]);
  return [...said, item.name, item.arguments, item.input].filter(
    (text): text is string => typeof text === "string" && text !== "",
  );
}
