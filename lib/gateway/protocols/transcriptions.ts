import { isRefusal, type Refusal, refuse } from "../errors.ts";
import type { Call, Protocol } from "./call.ts";
import { type Form, formFor, formType, NO_SCAN, readForm } from "./form.ts";
import { meantInTranscriptions, unsoldIn } from "./passed.ts";
import { soundLength } from "./sound-length.ts";
import { isTranscript, tellTranscript, transcriptUsage } from "./transcript.ts";
import { openTranscript } from "./transcript-events.ts";

const FILES: ReadonlySet<string> = new Set(["file"]);
const FORMATS: ReadonlySet<string> = new Set(["json", "text", "srt", "verbose_json", "vtt", "diarized_json"]);
/** Ways to name sound that is not in the form: nobody knows how long it is. */
const ELSEWHERE = ["url", "file_url", "audio_url", "file_id"];
/** What vendors make of a second of sound, and of what is said in it, at the most. */
const TOKENS_PER_SECOND = 20;
const WORDS_PER_SECOND = 10;
const TOKENS_OF_FRAME = 64;

/** /v1/audio/transcriptions. Sound comes in a form; what it took says upstream, or its length. */
export const transcriptions: Protocol = protocolOf("/audio/transcriptions");
/** /v1/audio/translations: the same, in English. */
export const translations: Protocol = protocolOf("/audio/translations");

function protocolOf(upstreamPath: string): Protocol {
  const protocol: Protocol = {
    upstreamPath,
    isOptional: true,
    contentType: formType,
    read: (bytes, contentType) => readTranscription(bytes, contentType, protocol),
    upstreamBody(call, upstreamModel) {
      const values: Record<string, string> = {};
      if (upstreamModel !== call.model) values.model = upstreamModel;
      const asked = formatFor(call);
      if (asked !== undefined) values.response_format = asked;
      return formFor(call, values);
    },
    readAnswer: (body, call) =>
      isTranscript(body, call.audio?.format)
        ? { usage: transcriptUsage(body, call), texts: () => textsOf(body) }
        : undefined,
    tell: tellTranscript,
    open: openTranscript,
  };
  return protocol;
}

/**
 * The form in which upstream is asked where the client wants bare text, which would not say what it took: JSON, with times where those
 * are needed. undefined: the client's own. Models that are sold by the token answer text, and know no times.
 */
function formatFor({ audio }: Call): string | undefined {
  if (audio === undefined || !["text", "srt", "vtt"].includes(audio.format)) return undefined;
  return audio.format === "text" && audio.isByToken ? "json" : "verbose_json";
}

const textsOf = ({ text }: Readonly<Record<string, unknown>>) => (typeof text === "string" ? [text] : []);

function readTranscription(
  bytes: Uint8Array,
  contentType: string | null | undefined,
  protocol: Protocol,
): Call | Refusal {
  const form = readForm(bytes, contentType, { meant: meantInTranscriptions, files: FILES });
  if (isRefusal(form)) return form;
  const wrong = wrongIn(form);
  if (wrong !== undefined) return wrong;
  const { fields, files, scan } = form;
  const [file] = files;
  const { model = "", response_format: format, prompt = "" } = fields;
  if (file === undefined || files.length > 1 || file.end === file.start)
    return refuse("invalid_request", "file: one file with sound in it is expected.", "file");
  const { mostSeconds, seconds } = soundLength(bytes.subarray(file.start, file.end));
  const texts = prompt === "" ? [] : [prompt];
  const textBytes = Buffer.byteLength(prompt);
  return {
    protocol,
    model,
    stream: fields.stream === "true",
    maxOutputTokens: null,
    choices: 1,
    images: 0,
    audio: {
      characters: 0,
      seconds: mostSeconds,
      likelySeconds: seconds,
      tokens: {
        promptTokens: mostSeconds * TOKENS_PER_SECOND + Math.ceil(textBytes / 3) + TOKENS_OF_FRAME,
        outputTokens: mostSeconds * WORDS_PER_SECOND + TOKENS_OF_FRAME,
      },
      format: format ?? "json",
      isByToken: false,
    },
    wantsUsage: false,
    streamOptions: {},
    cacheKey: undefined,
    prompt: { texts, textBytes, otherTokens: 0 },
    bytes,
    scan: NO_SCAN,
    form: scan,
  };
}

function wrongIn({ fields }: Form): Refusal | undefined {
  const { model, response_format: format, stream } = fields;
  if (model === undefined || model === "")
    return refuse("invalid_request", "model: a model's name is expected.", "model");
  if (format !== undefined && !FORMATS.has(format))
    return refuse(
      "invalid_request",
      `response_format: one of ${[...FORMATS].join(", ")} is expected.`,
      "response_format",
    );
  if (stream !== undefined && stream !== "false" && stream !== "true")
    return refuse("invalid_request", "stream: true or false is expected.", "stream");
  for (const name of ELSEWHERE)
    if (fields[name] !== undefined)
      return refuse("unsupported_field", `${name}: sound is sent in the form, as \`file\`.`, name);
  return unsoldIn(fields);
}
