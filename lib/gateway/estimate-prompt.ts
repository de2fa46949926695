const BYTES_PER_TOKEN = 3;
const TOKENS_PER_MESSAGE = 3;
const TOKENS_OF_PRIMING = 3;
/** An image in high detail is at most about this many tokens at the common vendors. */
const TOKENS_PER_IMAGE = 1_500;
const AUDIO_BASE64_BYTES_PER_TOKEN = 100;
/** A role or a type is a word; what is longer is a prompt that goes by its name. */
const SHORT_WORD = 64;

/** What the walk over a prompt finds: its text, and a flat figure for what is not text. */
export type PromptParts = { texts: string[]; textBytes: number; otherTokens: number };

/** Collects the prompt of a parsed chat request: messages, tools and response format. */
export function promptParts(body: Readonly<Record<string, unknown>>): PromptParts {
  const parts: PromptParts = { texts: [], textBytes: 0, otherTokens: TOKENS_OF_PRIMING };
  if (Array.isArray(body.messages)) {
    parts.otherTokens += TOKENS_PER_MESSAGE * body.messages.length;
    for (const message of body.messages) collect(message, parts, false);
  }
  for (const key of ["tools", "functions", "response_format"]) {
    if (body[key] !== undefined) collect(body[key], parts, true);
  }
  return parts;
}

/**
 * Prompt tokens for the hold: one per 3 bytes of UTF-8, more than any current tokenizer makes of ordinary text,
 * plus the protocol's own tokens. The bill never uses it.
 */
export function estimatePromptTokens(parts: PromptParts): number {
  return Math.ceil(parts.textBytes / BYTES_PER_TOKEN) + parts.otherTokens;
}

/** `withKeys`: schemas of tools are read by the model with their property names. */
function collect(value: unknown, parts: PromptParts, withKeys: boolean): void {
  if (typeof value === "string") addText(value, parts);
  else if (Array.isArray(value)) for (const item of value) collect(item, parts, withKeys);
  else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      // In a tool's schema these are names like any other.
      if (!withKeys && (key === "image_url" || key === "input_image")) parts.otherTokens += TOKENS_PER_IMAGE;
      else if (!withKeys && (key === "input_audio" || key === "file")) addBinary(inner, parts);
      else if ((key === "role" || key === "type") && typeof inner === "string" && inner.length < SHORT_WORD)
        continue;
      else {
        if (withKeys) addText(key, parts);
        collect(inner, parts, withKeys);
      }
    }
  }
}

function addText(text: string, parts: PromptParts): void {
  parts.texts.push(text);
  parts.textBytes += Buffer.byteLength(text);
}

function addBinary(value: unknown, parts: PromptParts): void {
  const data = typeof value === "object" && value !== null ? Object.values(value) : [value];
  const bytes = data.reduce((sum: number, part) => sum + (typeof part === "string" ? part.length : 0), 0);
  parts.otherTokens += Math.ceil(bytes / AUDIO_BASE64_BYTES_PER_TOKEN);
}
