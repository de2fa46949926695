import { isRefusal, type Refusal, refuse } from "../errors.ts";
import { promptParts } from "../estimate-prompt.ts";
import { foldedName, replaceMembers } from "../json-scan.ts";
import { type Call, isAbsent, isObject, isWhole, type Protocol, readObject } from "./call.ts";
import { meantInResponses, unsoldIn } from "./passed.ts";

type Json = Readonly<Record<string, unknown>>;

/** Tools that run at the client. Those that run at the provider cost extra, for which there is no price. */
const SOLD_TOOLS: ReadonlySet<unknown> = new Set(["function", "custom", "local_shell", "apply_patch"]);

/** Items that carry all that they say. The others name something that lies in the provider's account. */
const WHOLE_ITEMS: ReadonlySet<unknown> = new Set([
  "message",
  ...["function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output"],
  ...["local_shell_call", "local_shell_call_output", "apply_patch_call", "apply_patch_call_output"],
]);
/** Items that are whole only with what the provider has encrypted for its client to keep. */
const SEALED_ITEMS: ReadonlySet<unknown> = new Set(["reasoning", "compaction"]);

/** Members that the two checks below hang on: a parser that knows no capitals must not find another one. */
const MEANT_WITHIN: ReadonlySet<string> = new Set([
  ...["type", "id", "role", "content", "output", "encrypted_content", "file_id", "file_url"],
]);

/** What cannot be asked for, and what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  conversation: "conversations lie in the provider's account, which others share: use previous_response_id",
  prompt: "stored prompts lie in the provider's account, which others share: send the text as instructions",
  plugins: "there is no price for them, leave it out",
  web_search_options: "there is no price for it, leave it out",
};

/** Reads a body of POST /v1/responses for `protocol`. What stays at the provider is refused, and what has no price. */
export function readResponsesCall(bytes: Uint8Array, protocol: Protocol): Call | Refusal {
  const read = readObject(bytes, meantInResponses);
  if (isRefusal(read)) return read;
  const { body, scan } = read;
  const problem = problemOf(body) ?? unsoldIn(body) ?? unofferedIn(body);
  if (problem !== undefined) return problem;
  const { model, input, max_output_tokens: limit, previous_response_id: previous } = body;
  return {
    protocol,
    model: String(model),
    stream: body.stream === true,
    maxOutputTokens: typeof limit === "number" ? limit : null,
    choices: 1,
    images: 0,
    wantsUsage: false,
    streamOptions: {},
    cacheKey: typeof body.prompt_cache_key === "string" ? body.prompt_cache_key : undefined,
    prompt: promptParts({
      messages: [{ content: body.instructions }, ...(Array.isArray(input) ? input : [{ content: input }])],
      tools: body.tools ?? undefined,
      response_format: body.text ?? undefined,
    }),
    bytes,
    scan,
    ...(typeof previous === "string" ? { follows: { toldId: previous } } : {}),
  };
}

/** The body with upstream's own name of the model, and its own id of the response that this one follows. */
export function upstreamResponsesBody(call: Call, upstreamModel: string): Uint8Array {
  const values: Record<string, unknown> = {};
  if (upstreamModel !== call.model) values.model = upstreamModel;
  if (call.follows !== undefined) values.previous_response_id = call.follows.kept?.upstreamId ?? null;
  return Object.keys(values).length === 0 ? call.bytes : replaceMembers(call.bytes, call.scan, values);
}

const malformed = (param: string, expected: string) =>
  refuse("invalid_request", `${param}: ${expected} is expected.`, param);
const unsupported = (param: string, why: string) => refuse("unsupported_field", `${param}: ${why}.`, param);

function problemOf(body: Json): Refusal | undefined {
  const { model, input, previous_response_id: previous } = body;
  if (typeof model !== "string" || model === "") return malformed("model", "a model's name");
  if (!isAbsent(previous) && (typeof previous !== "string" || previous === ""))
    return malformed("previous_response_id", "the id of a response");
  const isInput = typeof input === "string" ? input !== "" : Array.isArray(input) && input.every(isObject);
  const isSome = !Array.isArray(input) || input.length > 0;
  if (!(isInput && isSome)) return malformed("input", "a text or a list of items, not empty,");
  if (!isAbsent(body.instructions) && typeof body.instructions !== "string")
    return malformed("instructions", "a text");
  for (const param of ["stream", "store"])
    if (!isAbsent(body[param]) && typeof body[param] !== "boolean") return malformed(param, "true or false");
  for (const param of ["stream_options", "text"])
    if (!isAbsent(body[param]) && !isObject(body[param])) return malformed(param, "an object");
  if (!isAbsent(body.tools) && !(Array.isArray(body.tools) && body.tools.every(isObject)))
    return malformed("tools", "a list of objects");
  if (!isAbsent(body.max_output_tokens) && !isWhole(body.max_output_tokens, 1, 100_000_000))
    return malformed("max_output_tokens", "a whole number of at least 1");
  return undefined;
}

function unofferedIn(body: Json): Refusal | undefined {
  for (const [param, why] of Object.entries(REFUSED))
    if (!isAbsent(body[param])) return unsupported(param, why);
  if (!isAbsent(body.background) && body.background !== false)
    return unsupported("background", "a call is billed when it ends, so that none runs on behind it");
  const tools: unknown[] = Array.isArray(body.tools) ? body.tools : [];
  for (const [at, tool] of tools.entries()) {
    const problem = isObject(tool) ? (otherLetters(tool, `tools[${at}]`) ?? unsoldTool(tool, at)) : undefined;
    if (problem !== undefined) return problem;
  }
  const items: unknown[] = Array.isArray(body.input) ? body.input : [];
  for (const [at, item] of items.entries()) {
    const problem = isObject(item) ? problemOfItem(item, `input[${at}]`) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function unsoldTool({ type }: Json, at: number): Refusal | undefined {
  if (SOLD_TOOLS.has(type)) return undefined;
  const sold = [...SOLD_TOOLS].join(", ");
  return unsupported(
    `tools[${at}].type`,
    `tools that run at the provider have no price: only ${sold} are sold`,
  );
}

const KEPT_ELSEWHERE =
  "what lies in the provider's account cannot be named, because others share it: send previous_response_id, or the content itself";

const UNKNOWN_SIZE = "nobody knows beforehand what it costs to read, send the file as file_data";

function problemOfItem(item: Json, at: string): Refusal | undefined {
  const letters = otherLetters(item, at);
  if (letters !== undefined) return letters;
  const { type, role, content, output, encrypted_content: sealed } = item;
  const isWhole = isAbsent(type) ? !isAbsent(role) && !isAbsent(content) : WHOLE_ITEMS.has(type);
  const isSealed = SEALED_ITEMS.has(type) && typeof sealed === "string" && sealed !== "";
  if (SEALED_ITEMS.has(type) && !isSealed)
    return unsupported(
      at,
      `${String(type)} items need their encrypted_content (include: ["reasoning.encrypted_content"]), or use previous_response_id`,
    );
  if (!isWhole && !isSealed) return unsupported(at, KEPT_ELSEWHERE);
  return problemOfParts(content, `${at}.content`) ?? problemOfParts(output, `${at}.output`);
}

function problemOfParts(parts: unknown, at: string): Refusal | undefined {
  const list: unknown[] = Array.isArray(parts) ? parts : [parts];
  for (const part of list) {
    if (!isObject(part)) continue;
    const letters = otherLetters(part, at);
    if (letters !== undefined) return letters;
    if (!isAbsent(part.file_id)) return unsupported(`${at}.file_id`, KEPT_ELSEWHERE);
    if (!isAbsent(part.file_url)) return unsupported(`${at}.file_url`, UNKNOWN_SIZE);
  }
  return undefined;
}

function otherLetters(object: Json, at: string): Refusal | undefined {
  for (const name of Object.keys(object)) {
    const folded = foldedName(name);
    if (folded !== name && MEANT_WITHIN.has(folded))
      return refuse("invalid_request", `${at}: the field ${folded} is written in small letters.`, at);
  }
  return undefined;
}
