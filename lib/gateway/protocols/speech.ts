import { UpstreamFailure, type UpstreamResponse } from "#lib/providers/provider";
import { isRefusal, type Refusal, refuse } from "../errors.ts";
import { replaceMembers } from "../json-scan.ts";
import { type Call, isAbsent, type Protocol, readObject } from "./call.ts";
import { meantInSpeech, unsoldIn } from "./passed.ts";
import { openSpeech } from "./speech-pieces.ts";

const MAX_INPUT_CHARACTERS = 1_000_000;
const [SLOWEST, FASTEST] = [0.25, 4];
/** Spoken slowly, a Chinese character is a quarter of a second, and a second about twenty tokens of sound. */
const TOKENS_PER_CHARACTER = 8;

/**
 * /v1/audio/speech: a text in JSON, sound as it comes. A model that is sold by the token is asked for its answer as events, whose
 * last one says what it took: sound alone does not (docs/decisions/0018).
 */
export const speech: Protocol = {
  upstreamPath: "/audio/speech",
  accept: "*/*",
  isOptional: true,
  read: readSpeechCall,
  upstreamBody(call, upstreamModel) {
    const values: Record<string, unknown> = {};
    if (upstreamModel !== call.model) values.model = upstreamModel;
    if (isAskedAsEvents(call) && !call.stream) values.stream_format = "sse";
    return Object.keys(values).length === 0 ? call.bytes : replaceMembers(call.bytes, call.scan, values);
  },
  readAnswer() {
    throw new UpstreamFailure("malformed");
  },
  open: (response: UpstreamResponse, call: Call) => openSpeech(response, call, isAskedAsEvents(call)),
};

const isAskedAsEvents = ({ stream, audio }: Call) => stream || audio?.isByToken === true;

function readSpeechCall(bytes: Uint8Array): Call | Refusal {
  const read = readObject(bytes, meantInSpeech);
  if (isRefusal(read)) return read;
  const { body, scan } = read;
  const { model, input, instructions, speed, response_format: sound } = body;
  if (typeof model !== "string" || model === "")
    return refuse("invalid_request", "model: a model's name is expected.", "model");
  if (typeof input !== "string" || input === "" || input.length > MAX_INPUT_CHARACTERS)
    return refuse("invalid_request", "input: what to say is expected, as a text.", "input");
  const wrong = wrongIn(body);
  if (wrong !== undefined) return wrong;
  const texts = typeof instructions === "string" && instructions !== "" ? [input, instructions] : [input];
  const textBytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const characters = countCharacters(input);
  const slowness = typeof speed === "number" && speed < 1 ? 1 / speed : 1;
  return {
    protocol: speech,
    model,
    stream: body.stream_format === "sse",
    maxOutputTokens: null,
    choices: 1,
    images: 0,
    audio: {
      characters,
      seconds: 0,
      likelySeconds: 0,
      tokens: {
        promptTokens: Math.ceil(textBytes / 3) + TOKENS_OF_FRAME,
        outputTokens: Math.ceil(characters * TOKENS_PER_CHARACTER * slowness) + TOKENS_OF_FRAME,
      },
      format: typeof sound === "string" ? sound : "mp3",
      isByToken: false,
    },
    wantsUsage: false,
    streamOptions: {},
    cacheKey: undefined,
    prompt: { texts, textBytes, otherTokens: 0 },
    bytes,
    scan,
  };
}

/** What is wrong with the members that need not be there. */
function wrongIn(body: Readonly<Record<string, unknown>>): Refusal | undefined {
  const { instructions, speed, stream_format: format, stream } = body;
  if (!isAbsent(instructions) && typeof instructions !== "string")
    return refuse("invalid_request", "instructions: a text is expected.", "instructions");
  if (!isAbsent(speed) && !(typeof speed === "number" && speed >= SLOWEST && speed <= FASTEST))
    return refuse("invalid_request", `speed: a number from ${SLOWEST} to ${FASTEST} is expected.`, "speed");
  if (!isAbsent(format) && format !== "audio" && format !== "sse")
    return refuse("invalid_request", 'stream_format: "audio" or "sse" is expected.', "stream_format");
  if (!isAbsent(stream) && stream !== false)
    return refuse("unsupported_field", "stream: sound is sent as it comes, leave it out.", "stream");
  return unsoldIn(body);
}

/** What stands around a text, and the silence around sound. */
const TOKENS_OF_FRAME = 64;

/** Code points, as vendors count them: half of a surrogate pair is none. */
function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
