import { UpstreamFailure, type UpstreamRequest, type UpstreamResponse } from "./provider.ts";
import { header, type Simulation, wordsOf } from "./simulation.ts";

const SAMPLES_PER_SECOND = 8_000;
const SILENCE = 0x80;
const WAV_HEADER_BYTES = 44;
/** As quickly as people speak. */
const CHARACTERS_PER_SECOND = 15;
const MOST_SECONDS = 20;

/** A second of silence for fifteen characters, twenty at most: WAV whatever format was asked for, in as many pieces as `x-sim-chunks` says. */
export function speechAnswer(request: UpstreamRequest, simulation: Simulation): UpstreamResponse {
  const { input, stream_format: format } = JSON.parse(Buffer.from(request.body).toString("utf8"));
  const { fault } = simulation;
  if (fault === "html") return answer("text/html", [Buffer.from("<html>maintenance</html>")]);
  if (fault === "empty") return answer("audio/wav", []);
  const sound = silentWav(Math.min(MOST_SECONDS, String(input).length / CHARACTERS_PER_SECOND));
  const pieces = split(sound, simulation.chunks);
  const isCut = fault === "cut" || fault === "cut-late";
  const sent = isCut ? pieces.slice(0, Math.max(1, pieces.length >> 1)) : pieces;
  if (format !== "sse") return answer("audio/wav", sent, isCut);
  const deltas = sent.map((piece) => event({ type: "speech.audio.delta", audio: piece.toString("base64") }));
  return answer("text/event-stream", isCut ? deltas : [...deltas, event(doneOf(simulation))], isCut);
}

function doneOf({ usage, fault }: Simulation): object {
  const { prompt_tokens: input, completion_tokens: output } = usage as Record<string, number>;
  const figures = { input_tokens: input, output_tokens: output };
  return { type: "speech.audio.done", ...(fault === "no-usage" ? {} : { usage: figures }) };
}

const DEFAULT_SECONDS = 2;

/**
 * The answer to a call for a transcript, always the same words: of `x-sim-seconds` seconds, 2 without; tokens in place of
 * seconds where `x-sim-prompt-tokens` says how many.
 */
export function asTranscript({ body, headers }: UpstreamRequest, { fault, usage }: Simulation): object {
  const format = /name="response_format"\r\n\r\n(\w+)/.exec(Buffer.from(body).toString("latin1"))?.[1];
  const seconds = header(headers, "seconds") ?? DEFAULT_SECONDS;
  const { prompt_tokens: input, completion_tokens: output } = usage as Record<string, number>;
  const figures =
    header(headers, "prompt-tokens") === undefined
      ? { type: "duration", seconds }
      : { type: "tokens", input_tokens: input, output_tokens: output };
  const said = fault === "no-usage" ? {} : { usage: figures };
  const text = wordsOf(9, 0).trim();
  if (format !== "verbose_json") return { text, ...said };
  const segments = [{ id: 0, start: 0, end: seconds, text }];
  return { task: "transcribe", language: "english", duration: seconds, text, segments, ...said };
}

/** The same, word by word. */
export function transcriptEvents(request: UpstreamRequest, simulation: Simulation): UpstreamResponse {
  const { text, usage } = asTranscript(request, simulation) as { text: string; usage?: object };
  const deltas = text.split(/(?= )/).map((delta) => event({ type: "transcript.text.delta", delta }));
  const isCut = simulation.fault === "cut-late";
  const done = event({ type: "transcript.text.done", text, ...(usage === undefined ? {} : { usage }) });
  return answer("text/event-stream", isCut ? deltas.slice(0, 3) : [...deltas, done], isCut);
}

/** Silence, 8,000 samples of one byte a second. */
export function silentWav(seconds: number): Buffer {
  const size = Math.max(1, Math.round(seconds * SAMPLES_PER_SECOND));
  const wav = Buffer.alloc(WAV_HEADER_BYTES + size, SILENCE);
  wav.write("RIFF", 0, "latin1");
  wav.writeUInt32LE(WAV_HEADER_BYTES - 8 + size, 4);
  wav.write("WAVEfmt ", 8, "latin1");
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(SAMPLES_PER_SECOND, 24);
  wav.writeUInt32LE(SAMPLES_PER_SECOND, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write("data", 36, "latin1");
  wav.writeUInt32LE(size, 40);
  return wav;
}

function split(bytes: Buffer, count: number): Buffer[] {
  const size = Math.ceil(bytes.length / count);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
}

const event = (data: object) => Buffer.from(`data: ${JSON.stringify(data)}\n\n`);

function answer(contentType: string, pieces: readonly Buffer[], isCut = false): UpstreamResponse {
  async function* body(): AsyncGenerator<Uint8Array> {
    yield* pieces;
    if (isCut) throw new UpstreamFailure("connection_lost");
  }
  return { status: 200, contentType, retryAfter: undefined, body: body() };
}
