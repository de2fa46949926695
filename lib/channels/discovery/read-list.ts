import { isPlainText } from "#lib/core/shapes";

const MOST_MODELS = 2_000;
const LONGEST_NAME = 128;

/** Names of a provider's list, each once and sorted; `leftOut` counts what was no name, too long or one too many. */
export type ModelNames = { names: string[]; leftOut: number };

/**
 * Reads `{"data": [{"id"}]}` (OpenAI), `{"models": [{"name" | "id" | "model"}]}` (Gemini, Ollama) or a bare list, of
 * objects or of names. Undefined when the text is none of these.
 */
export function readModelList(text: string): ModelNames | undefined {
  const entries = listIn(parse(text));
  if (entries === undefined) return undefined;
  const all = entries.map(nameOf);
  const usable = all.filter((name): name is string => name !== undefined && isUsable(name));
  const names = [...new Set(usable)].sort().slice(0, MOST_MODELS);
  return { names, leftOut: all.length - usable.length + Math.max(0, new Set(usable).size - MOST_MODELS) };
}

function listIn(body: unknown): readonly unknown[] | undefined {
  if (Array.isArray(body)) return body;
  if (typeof body !== "object" || body === null) return undefined;
  const { data, models } = body as { data?: unknown; models?: unknown };
  if (Array.isArray(data)) return data;
  return Array.isArray(models) ? models : undefined;
}

function nameOf(entry: unknown): string | undefined {
  if (typeof entry === "string") return entry;
  if (typeof entry !== "object" || entry === null) return undefined;
  const { id, name, model } = entry as Record<string, unknown>;
  return [id, name, model].find((value): value is string => typeof value === "string");
}

function isUsable(name: string): boolean {
  return name.trim() === name && name !== "" && name.length <= LONGEST_NAME && isPlainText(name);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
