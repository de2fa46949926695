import type { Usage } from "#lib/pricing/usage";
import { asObject, readOpenAiUsage } from "./openai-usage.ts";

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
