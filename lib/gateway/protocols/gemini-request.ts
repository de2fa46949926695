import { isAbsent, isWhole } from "./call.ts";
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
  "contents",
  "systemInstruction",
  "generationConfig",
  "tools",
  "toolConfig",
  "safetySettings",
]);
const KNOWN_CONFIG = new Set([
  ...["temperature", "topP", "maxOutputTokens", "stopSequences", "candidateCount", "seed", "presencePenalty"],
  ...["frequencyPenalty", "responseMimeType", "responseSchema", "responseJsonSchema", "responseModalities"],
  "thinkingConfig",
]);
const MOST_CANDIDATES = 8;

/** A request to Gemini's generateContent as one to OpenAI's chat. Members may be in camel case or with underscores. */
export function geminiRequest(raw: Json, model: string, stream: boolean): TranslatedRequest {
  const body = camel(raw);
  onlyKnown(body, KNOWN);
  const config = isAbsent(body.generationConfig)
    ? {}
    : camel(objectAt(body.generationConfig, "generationConfig"));
  onlyKnown(config, KNOWN_CONFIG, "generationConfig");
  refuseFilters(body.safetySettings);
  const limit = config.maxOutputTokens;
  if (!isAbsent(limit) && !isWhole(limit, 1, 100_000_000))
    malformed("generationConfig.maxOutputTokens", "a whole number of at least 1 is expected");
  const choices = isAbsent(config.candidateCount) ? 1 : config.candidateCount;
  if (!isWhole(choices, 1, MOST_CANDIDATES))
    malformed("generationConfig.candidateCount", `a whole number from 1 to ${MOST_CANDIDATES} is expected`);
  return {
    model,
    stream,
    maxOutputTokens: typeof limit === "number" ? limit * Number(choices) : null,
    choices: Number(choices),
    chat: given({
      messages: [...systemOf(body.systemInstruction), ...messagesOf(body.contents)],
      n: choices === 1 ? undefined : choices,
      ...samplingOf(config),
      ...toolsOf(body.tools, body.toolConfig),
    }),
  };
}

/** A count asks about contents, or about a whole request. */
export function geminiCountRequest(raw: Json, model: string): TranslatedRequest {
  const { generateContentRequest: whole, ...body } = camel(raw);
  if (isAbsent(whole)) return geminiRequest(body, model, false);
  const { model: _, ...inner } = objectAt(whole, "generateContentRequest");
  return geminiRequest(inner, model, false);
}

/** Google's own clients write camel case, its manuals underscores: of this object's members, not of what is in them. */
export function camel(object: Json): Json {
  const named = Object.entries(object).map(([name, value]) => [
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(named) as Json;
}

/** Upstream filters as it filters: who asks for more than nothing is told so. */
function refuseFilters(settings: unknown): void {
  if (isAbsent(settings)) return;
  for (const setting of listAt(settings, "safetySettings")) {
    const { threshold } = objectAt(setting, "safetySettings");
    if (threshold !== "BLOCK_NONE" && threshold !== "OFF")
      unsupported("safetySettings", "only BLOCK_NONE and OFF are");
  }
}

function systemOf(system: unknown): Json[] {
  if (isAbsent(system)) return [];
  if (typeof system === "string") return [{ role: "system", content: system }];
  const { parts } = objectAt(system, "systemInstruction");
  const texts = listAt(parts, "systemInstruction.parts").map((part, index) => {
    const at = `systemInstruction.parts[${index}]`;
    return textAt(objectAt(part, at).text, `${at}.text`);
  });
  return texts.length === 0 ? [] : [{ role: "system", content: texts.join("\n\n") }];
}

/** Calls of tools that have no id get one by their place, and answers find theirs by the tool's name. */
type Calls = { made: number; open: { id: string; name: string }[] };

function messagesOf(contents: unknown): Json[] {
  const list = listAt(contents, "contents");
  if (list.length === 0) malformed("contents", "a list of at least one content is expected");
  const calls: Calls = { made: 0, open: [] };
  return list.flatMap((content, index) => {
    const at = `contents[${index}]`;
    const { role, parts } = objectAt(content, at);
    const told = listAt(parts, `${at}.parts`).map((part, number) => {
      const where = `${at}.parts[${number}]`;
      return { at: where, part: camel(objectAt(part, where)) };
    });
    if (role === "model") return [modelMessage(told, calls)];
    if (isAbsent(role) || role === "user" || role === "function") return userMessages(told, calls);
    return malformed(`${at}.role`, '"user" or "model" is expected');
  });
}

type Part = { at: string; part: Json };

function modelMessage(parts: readonly Part[], calls: Calls): Json {
  const texts: string[] = [];
  const called: Json[] = [];
  for (const { at, part } of parts) {
    if (part.thought === true) continue;
    if (!isAbsent(part.functionCall)) {
      const { id, name, args } = objectAt(part.functionCall, `${at}.functionCall`);
      const call = {
        id: typeof id === "string" && id !== "" ? id : `call_${calls.made}`,
        name: textAt(name, `${at}.functionCall.name`),
      };
      calls.made += 1;
      calls.open.push(call);
      const written = JSON.stringify(isAbsent(args) ? {} : objectAt(args, `${at}.functionCall.args`));
      called.push({ id: call.id, type: "function", function: { name: call.name, arguments: written } });
    } else if (isAbsent(part.text)) unsupported(at, "text and calls of functions are");
    else texts.push(textAt(part.text, `${at}.text`));
  }
  const content = texts.length === 0 && called.length > 0 ? null : texts.join("");
  return given({ role: "assistant", content, tool_calls: called.length === 0 ? undefined : called });
}

function userMessages(parts: readonly Part[], calls: Calls): Json[] {
  const results: Json[] = [];
  const said: Json[] = [];
  for (const { at, part } of parts) {
    if (isAbsent(part.functionResponse)) {
      said.push(partOf(at, part));
      continue;
    }
    const { id, name, response } = objectAt(part.functionResponse, `${at}.functionResponse`);
    const place = calls.open.findIndex((call) => (isAbsent(id) ? call.name === name : call.id === id));
    const [call] = place < 0 ? [] : calls.open.splice(place, 1);
    if (call === undefined) malformed(`${at}.functionResponse`, "it answers no call that was made before");
    results.push({ role: "tool", tool_call_id: call.id, content: JSON.stringify(response ?? {}) });
  }
  if (said.length === 0) return results;
  const [only] = said;
  return [
    ...results,
    { role: "user", content: said.length === 1 && only?.type === "text" ? only.text : said },
  ];
}

function partOf(at: string, part: Json): Json {
  if (!isAbsent(part.text)) return { type: "text", text: textAt(part.text, `${at}.text`) };
  if (!isAbsent(part.inlineData)) {
    const { mimeType, data } = camel(objectAt(part.inlineData, `${at}.inlineData`));
    const kind = textAt(mimeType, `${at}.inlineData.mimeType`);
    if (!kind.startsWith("image/")) unsupported(`${at}.inlineData`, "of data only images are");
    return imagePart(`data:${kind};base64,${textAt(data, `${at}.inlineData.data`)}`);
  }
  if (!isAbsent(part.fileData)) {
    const { fileUri, mimeType } = camel(objectAt(part.fileData, `${at}.fileData`));
    if (typeof mimeType === "string" && !mimeType.startsWith("image/"))
      unsupported(`${at}.fileData`, "of files only images are");
    return imagePart(textAt(fileUri, `${at}.fileData.fileUri`));
  }
  return unsupported(at);
}

const imagePart = (url: string): Json => ({ type: "image_url", image_url: { url } });

function samplingOf(config: Json): Json {
  const number = (name: string) => numberAt(config[name], `generationConfig.${name}`);
  const stops = isAbsent(config.stopSequences)
    ? []
    : listAt(config.stopSequences, "generationConfig.stopSequences").map((stop) =>
        textAt(stop, "generationConfig.stopSequences"),
      );
  refuseThinking(config.thinkingConfig);
  const modalities = isAbsent(config.responseModalities)
    ? []
    : listAt(config.responseModalities, "responseModalities");
  if (modalities.some((one) => one !== "TEXT"))
    unsupported("generationConfig.responseModalities", "only TEXT is");
  return {
    temperature: number("temperature"),
    top_p: number("topP"),
    seed: number("seed"),
    presence_penalty: number("presencePenalty"),
    frequency_penalty: number("frequencyPenalty"),
    stop: stops.length === 0 ? undefined : stops,
    response_format: formatOf(config),
  };
}

function refuseThinking(config: unknown): void {
  if (isAbsent(config)) return;
  const { includeThoughts, thinkingBudget, ...more } = camel(
    objectAt(config, "generationConfig.thinkingConfig"),
  );
  const isOff = includeThoughts !== true && (isAbsent(thinkingBudget) || thinkingBudget === 0);
  if (!isOff || Object.keys(more).length > 0)
    unsupported("generationConfig.thinkingConfig", "models that think do so by themselves");
}

function formatOf({ responseMimeType: kind, responseSchema, responseJsonSchema }: Json): Json | undefined {
  if (isAbsent(kind) || kind === "text/plain") return undefined;
  if (kind !== "application/json") unsupported("generationConfig.responseMimeType", "text and JSON are");
  const schema = responseJsonSchema ?? plainSchema(responseSchema);
  if (isAbsent(schema)) return { type: "json_object" };
  return { type: "json_schema", json_schema: { name: "answer", schema } };
}

/** Google writes the types of its schemas in capitals, JSON Schema does not. */
function plainSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plainSchema);
  if (typeof schema !== "object" || schema === null) return schema;
  const members = Object.entries(schema).map(([name, value]) => [
    name,
    name === "type" && typeof value === "string" ? value.toLowerCase() : plainSchema(value),
  ]);
  return Object.fromEntries(members);
}

function toolsOf(tools: unknown, toolConfig: unknown): Json {
  if (isAbsent(tools)) return {};
  const list = listAt(tools, "tools").flatMap((tool, index) => {
    const { functionDeclarations, ...others } = camel(objectAt(tool, `tools[${index}]`));
    onlyKnown(others, new Set(), `tools[${index}]`);
    return isAbsent(functionDeclarations)
      ? []
      : listAt(functionDeclarations, `tools[${index}].functionDeclarations`).map((declared) =>
          toolOf(camel(objectAt(declared, `tools[${index}].functionDeclarations`)), index),
        );
  });
  if (list.length === 0) return {};
  return { tools: list, tool_choice: choiceOf(toolConfig) };
}

function toolOf({ name, description, parameters, parametersJsonSchema }: Json, index: number): Json {
  const at = `tools[${index}].functionDeclarations`;
  const told = {
    name: textAt(name, `${at}.name`),
    description: isAbsent(description) ? undefined : textAt(description, `${at}.description`),
    parameters: parametersJsonSchema ?? plainSchema(parameters),
  };
  return { type: "function", function: given(told) };
}

function choiceOf(toolConfig: unknown): unknown {
  if (isAbsent(toolConfig)) return undefined;
  const { functionCallingConfig } = camel(objectAt(toolConfig, "toolConfig"));
  if (isAbsent(functionCallingConfig)) return undefined;
  const at = "toolConfig.functionCallingConfig";
  const { mode, allowedFunctionNames: allowed } = camel(objectAt(functionCallingConfig, at));
  const names = isAbsent(allowed) ? [] : listAt(allowed, `${at}.allowedFunctionNames`);
  const [only] = names;
  if (mode === "ANY" && names.length === 1) return { type: "function", function: { name: textAt(only, at) } };
  if (names.length > 0) unsupported(`${at}.allowedFunctionNames`, "name one, or none");
  if (mode === "ANY") return "required";
  if (mode === "NONE") return "none";
  return isAbsent(mode) || mode === "AUTO" ? "auto" : unsupported(`${at}.mode`);
}
