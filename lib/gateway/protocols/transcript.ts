import { noUsage, type Usage } from "#lib/pricing/usage";
import { type Call, isWhole } from "./call.ts";
import { asObject } from "./openai-usage.ts";

type Body = Readonly<Record<string, unknown>>;
type Asked = Pick<Call, "audio" | "prompt">;
type Segment = { start: number; end: number; text: string };

const MOST_TOKENS = 1_000_000_000;
/** As many as vendors make of a second of sound, where they do not say. */
export const TOKENS_PER_SECOND = 10;

/** Whether an answer has what was asked for: a text, and times where subtitles are made of them. Silence has an empty text. */
export function isTranscript(body: Body, format: string | undefined): boolean {
  if (typeof body.text !== "string") return false;
  return (format !== "srt" && format !== "vtt") || segmentsOf(body) !== undefined;
}

/**
 * What a transcript took. Seconds: as upstream says them (`usage` by duration, else `duration`), at most what the file can be; else the
 * file's own length. Tokens, where the model is sold so: as upstream says them. undefined: it does not, they have to be counted.
 */
export function transcriptUsage(body: Body, { audio }: Asked): Usage | undefined {
  if (audio === undefined) return undefined;
  const said = asObject(body.usage);
  const seconds = secondsOf(said?.seconds) ?? secondsOf(body.duration);
  const base = {
    ...noUsage,
    calls: 1,
    audioSeconds: Math.min(seconds ?? audio.likelySeconds, audio.seconds),
  };
  if (!audio.isByToken) return seconds === undefined ? undefined : base;
  const [input, output] = [said?.input_tokens, said?.output_tokens];
  if (!isWhole(input, 1, MOST_TOKENS) || !isWhole(output, 0, MOST_TOKENS)) return undefined;
  const promptTokens = Number(input);
  const sound = asObject(said?.input_token_details)?.audio_tokens;
  // What an upstream does not tell apart is sound: that is what came.
  const audioInputTokens = isWhole(sound, 0, promptTokens) ? Number(sound) : promptTokens;
  return { ...base, promptTokens, audioInputTokens, completionTokens: Number(output) };
}

/** What is counted where upstream says nothing that can be true: the file's length, and the texts by the tokenizer. */
export function countedTranscript(
  { audio }: Asked,
  { promptTokens, completionTokens }: { promptTokens: number; completionTokens: number },
): Usage {
  const seconds = audio?.likelySeconds ?? 0;
  const base = { ...noUsage, calls: 1, audioSeconds: seconds };
  if (audio?.isByToken !== true) return base;
  const audioInputTokens = seconds * TOKENS_PER_SECOND;
  return { ...base, promptTokens: promptTokens + audioInputTokens, audioInputTokens, completionTokens };
}

/** The transcript as the client asked for it, made of what upstream was asked for. */
export function tellTranscript(
  body: Body,
  { audio }: Call,
): { contentType: string; text: string } | undefined {
  const contentType = "text/plain; charset=utf-8";
  if (audio?.format === "text") return { contentType, text: `${body.text}\n` };
  const segments = segmentsOf(body) ?? [];
  if (audio?.format === "srt") {
    const cues = segments.map(
      ({ start, end, text }, index) => `${index + 1}\n${at(start, ",")} --> ${at(end, ",")}\n${text}\n\n`,
    );
    return { contentType, text: cues.join("") };
  }
  if (audio?.format !== "vtt") return undefined;
  const cues = segments.map(({ start, end, text }) => `${at(start, ".")} --> ${at(end, ".")}\n${text}\n\n`);
  return { contentType, text: `WEBVTT\n\n${cues.join("")}` };
}

/** Whole seconds, begun ones counted; undefined: no length that sound can have. */
function secondsOf(value: unknown): number | undefined {
  const isLength = typeof value === "number" && value >= 0 && value <= MOST_TOKENS;
  return isLength ? Math.max(1, Math.ceil(value)) : undefined;
}

function segmentsOf({ segments }: Body): Segment[] | undefined {
  if (!Array.isArray(segments)) return undefined;
  return segments.flatMap((one) => {
    const { start, end, text } = asObject(one) ?? {};
    // A blank line would end the subtitle, and an arrow begin another.
    const plain =
      typeof text === "string"
        ? text
            .trim()
            .replace(/\s*\n\s*/g, "\n")
            .replaceAll("-->", "->")
        : "";
    return isTime(start) && isTime(end) && plain !== "" ? [{ start, end, text: plain }] : [];
  });
}

const isTime = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && value < 1_000_000;

/** 01:02:03,004 */
function at(seconds: number, point: string): string {
  const ms = Math.round(seconds * 1_000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const clock = `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1_000) % 60)}`;
  return `${clock}${point}${String(ms % 1_000).padStart(3, "0")}`;
}
