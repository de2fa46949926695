import { type Refusal, refuse } from "../errors.ts";

/**
 * Members of no protocol of ours by which some upstreams (gateways themselves) let a body name other models than `model`,
 * or another place and credential: what is billed would not be what runs.
 */
const REROUTING = [
  ...["models", "fallbacks", "context_window_fallback_dict", "user_config"],
  ...["api_base", "base_url", "api_key", "custom_llm_provider"],
];
/** How fast, at whose price: our prices are those of the usual tier, and nothing dearer is sold. */
const TIERS: ReadonlySet<unknown> = new Set([undefined, null, "auto", "default", "flex"]);

/** Of bodies that pass as they come: members whose spelling must be ours, because routing, money or streaming hang on them. */
export const meantInChat: ReadonlySet<string> = new Set([
  ...["model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n"],
  ...["tools", "functions", "response_format", "service_tier", ...REROUTING],
]);
export const meantInResponses: ReadonlySet<string> = new Set([
  ...["model", "input", "instructions", "stream", "stream_options", "max_output_tokens", "tools", "text"],
  ...["previous_response_id", "conversation", "prompt", "background", "store", "service_tier", ...REROUTING],
  ...["plugins", "web_search_options"],
]);
export const meantInEmbeddings: ReadonlySet<string> = new Set([
  ...["model", "input", "stream", "service_tier", ...REROUTING],
]);
export const meantInCompletions: ReadonlySet<string> = new Set([
  ...["model", "prompt", "suffix", "echo", "n", "best_of", "stream", "stream_options", "max_tokens"],
  ...["max_completion_tokens", "prompt_embeds", "service_tier", ...REROUTING],
]);
export const meantInRerank: ReadonlySet<string> = new Set([
  ...["model", "query", "documents", "stream", "service_tier", ...REROUTING],
]);
export const meantInModerations: ReadonlySet<string> = new Set([
  ...["model", "input", "stream", "service_tier", ...REROUTING],
]);
export const meantInSpeech: ReadonlySet<string> = new Set([
  ...[
    "model",
    "input",
    "instructions",
    "speed",
    "response_format",
    "stream_format",
    "stream",
    "service_tier",
  ],
  ...REROUTING,
]);
export const meantInTranscriptions: ReadonlySet<string> = new Set([
  ...["model", "prompt", "language", "response_format", "stream", "service_tier", ...REROUTING],
]);
export const meantInImageForms: ReadonlySet<string> = new Set([
  ...[
    "model",
    "prompt",
    "n",
    "size",
    "quality",
    "stream",
    "image",
    "images",
    "mask",
    "service_tier",
    ...REROUTING,
  ],
]);
export const meantInTasks: ReadonlySet<string> = new Set([
  ...["request", "image_num", "duration", "service_tier", ...REROUTING],
]);
export const meantInVideos: ReadonlySet<string> = new Set([
  ...["model", "prompt", "seconds", "size", "n", "n_variants", "n_seconds", "num_videos", "duration"],
  ...["service_tier", ...REROUTING],
]);
export const meantInImages: ReadonlySet<string> = new Set([
  ...["model", "prompt", "n", "size", "quality", "stream", "service_tier", ...REROUTING],
]);

/** What a body asks for that no price of ours covers; undefined: nothing. */
export function unsoldIn(body: Readonly<Record<string, unknown>>): Refusal | undefined {
  for (const name of REROUTING)
    if (body[name] !== undefined && body[name] !== null)
      return refuse("unsupported_field", `${name}: the model is what \`model\` says, leave it out.`, name);
  if (TIERS.has(body.service_tier)) return undefined;
  return refuse("unsupported_field", "service_tier: only auto, default and flex are sold.", "service_tier");
}
