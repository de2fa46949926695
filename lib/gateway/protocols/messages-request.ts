import { isAbsent, isObject, isWhole } from "./call.ts";
import {
  given,
  listAt,
  malformed,
  numberAt,
  objectAt,
  onlyKnown,
  type TranslatedRequest,
  textAt,
  unsupported,
} from "./translation.ts";

type Json = Record<string, unknown>;

const KNOWN = new Set([
  ...["model", "max_tokens", "messages", "system", "stop_sequences", "stream", "temperature", "top_p"],
  ...["metadata", "tools", "tool_choice", "thinking"],
  // Upstream decides these by itself: nothing of the answer hangs on them.
  ...["cache_control", "service_tier"],
]);
const MOST_TOKENS = 100_000_000;

/** A request to Anthropic's Messages as one to OpenAI's chat. */
export function messagesRequest(body: Json, isCount: boolean): TranslatedRequest {
  onlyKnown(body, KNOWN);
  const model = textAt(body.model, "model");
  if (model === "") malformed("model", "a model's name is expected");
  const limit = body.max_tokens;
  if (!isWhole(limit, 1, MOST_TOKENS) && !(isCount && isAbsent(limit)))
    malformed("max_tokens", "a whole number of at least 1 is expected");
  if (!isAbsent(body.stream) && typeof body.stream !== "boolean")
    malformed("stream", "true or false is expected");
  if (isObject(body.thinking) && body.thinking.type !== "disabled")
    unsupported("thinking", "models that think do so by themselves");
  const metadata = isAbsent(body.metadata) ? {} : objectAt(body.metadata, "metadata");
  return {
    model,
    stream: body.stream === true,
    maxOutputTokens: typeof limit === "number" ? limit : null,
    choices: 1,
    chat: given({
      messages: [...systemOf(body.system), ...messagesOf(body.messages)],
      stop: stopsOf(body.stop_sequences),
      temperature: numberAt(body.temperature, "temperature"),
      top_p: numberAt(body.top_p, "top_p"),
      user: typeof metadata.user_id === "string" ? metadata.user_id : undefined,
      ...toolsOf(body),
    }),
  };
}

function systemOf(system: unknown): Json[] {
  if (isAbsent(system)) return [];
  if (typeof system === "string") return system === "" ? [] : [{ role: "system", content: system }];
  const texts = listAt(system, "system").map((block, index) => {
    const { type, text } = objectAt(block, `system[${index}]`);
    return type === "text" ? textAt(text, `system[${index}].text`) : unsupported(`system[${index}].type`);
  });
  return texts.length === 0 ? [] : [{ role: "system", content: texts.join("\n\n") }];
}

function stopsOf(stops: unknown): string[] | undefined {
  if (isAbsent(stops)) return undefined;
  const texts = listAt(stops, "stop_sequences").map((stop) => textAt(stop, "stop_sequences"));
  return texts.length === 0 ? undefined : texts;
}

function messagesOf(messages: unknown): Json[] {
  const list = listAt(messages, "messages");
  if (list.length === 0) malformed("messages", "a list of at least one message is expected");
  return list.flatMap((message, index) => {
    const at = `messages[${index}]`;
    const { role, content } = objectAt(message, at);
    if (role !== "user" && role !== "assistant") malformed(`${at}.role`, '"user" or "assistant" is expected');
    if (typeof content === "string") return [{ role, content }];
    const blocks = listAt(content, `${at}.content`).map((block, number) => {
      const where = `${at}.content[${number}]`;
      return { at: where, block: objectAt(block, where) };
    });
    return role === "user" ? userMessages(blocks) : [assistantMessage(blocks)];
  });
}

type Block = { at: string; block: Json };

/** What tools have answered comes first, a message each; pictures among it go with what the user says. */
function userMessages(blocks: readonly Block[]): Json[] {
  const results: Json[] = [];
  const parts: Json[] = [];
  for (const { at, block } of blocks) {
    if (block.type !== "tool_result") {
      parts.push(partOf({ at, block }));
      continue;
    }
    const { content, is_error: isError, tool_use_id: id } = block;
    const inner = typeof content === "string" || isAbsent(content) ? [] : blocksAt(content, `${at}.content`);
    const told = inner.map(partOf);
    const text = typeof content === "string" ? content : told.flatMap(({ text: t }) => t ?? []).join("\n");
    const tool_call_id = textAt(id, `${at}.tool_use_id`);
    results.push({ role: "tool", tool_call_id, content: isError === true ? `Error: ${text}` : text });
    parts.push(...told.filter(({ type }) => type !== "text"));
  }
  if (parts.length === 0) return results;
  const [only] = parts;
  const content = parts.length === 1 && only?.type === "text" ? only.text : parts;
  return [...results, { role: "user", content }];
}

function blocksAt(content: unknown, at: string): Block[] {
  return listAt(content, at).map((block, index) => ({
    at: `${at}[${index}]`,
    block: objectAt(block, `${at}[${index}]`),
  }));
}

function partOf({ at, block }: Block): Json {
  if (block.type === "text") return { type: "text", text: textAt(block.text, `${at}.text`) };
  if (block.type !== "image") return unsupported(`${at}.type`);
  const source = objectAt(block.source, `${at}.source`);
  if (source.type === "url") return imagePart(textAt(source.url, `${at}.source.url`));
  if (source.type !== "base64") return unsupported(`${at}.source.type`);
  const kind = textAt(source.media_type, `${at}.source.media_type`);
  return imagePart(`data:${kind};base64,${textAt(source.data, `${at}.source.data`)}`);
}

const imagePart = (url: string): Json => ({ type: "image_url", image_url: { url } });

/** Thoughts of earlier turns are left out, as their own protocol does. */
function assistantMessage(blocks: readonly Block[]): Json {
  const texts: string[] = [];
  const calls: Json[] = [];
  for (const { at, block } of blocks) {
    if (block.type === "text") texts.push(textAt(block.text, `${at}.text`));
    else if (block.type === "tool_use") {
      const written = JSON.stringify(isAbsent(block.input) ? {} : objectAt(block.input, `${at}.input`));
      const called = { name: textAt(block.name, `${at}.name`), arguments: written };
      calls.push({ id: textAt(block.id, `${at}.id`), type: "function", function: called });
    } else if (block.type !== "thinking" && block.type !== "redacted_thinking") unsupported(`${at}.type`);
  }
  const content = texts.length === 0 && calls.length > 0 ? null : texts.join("");
  return given({ role: "assistant", content, tool_calls: calls.length === 0 ? undefined : calls });
}

function toolsOf({ tools, tool_choice: choice }: Json): Json {
  if (isAbsent(tools)) return {};
  const list = listAt(tools, "tools").map((tool, index) => toolOf(objectAt(tool, `tools[${index}]`), index));
  if (list.length === 0) return {};
  if (isAbsent(choice)) return { tools: list };
  const { type, name, disable_parallel_tool_use: oneByOne } = objectAt(choice, "tool_choice");
  const parallel = oneByOne === true ? { parallel_tool_calls: false } : {};
  return { tools: list, tool_choice: choiceOf(type, name), ...parallel };
}

function toolOf({ type, name, description, input_schema: parameters }: Json, index: number): Json {
  if (!isAbsent(type) && type !== "custom") unsupported(`tools[${index}].type`, "only tools of your own are");
  const told = {
    name: textAt(name, `tools[${index}].name`),
    description: isAbsent(description) ? undefined : textAt(description, `tools[${index}].description`),
    parameters: objectAt(parameters, `tools[${index}].input_schema`),
  };
  return { type: "function", function: given(told) };
}

function choiceOf(type: unknown, name: unknown): unknown {
  if (type === "auto" || type === "none") return type;
  if (type === "any") return "required";
  if (type === "tool") return { type: "function", function: { name: textAt(name, "tool_choice.name") } };
  return malformed("tool_choice.type", '"auto", "any", "tool" or "none" is expected');
}
