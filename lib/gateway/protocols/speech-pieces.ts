import { noUsage, type Usage } from "#lib/pricing/usage";
import { type BodyFlow, flowOf } from "#lib/providers/body-flow";
import { UpstreamFailure, type UpstreamResponse } from "#lib/providers/provider";
import { AnswerEvents } from "./answer-events.ts";
import type { Counting, PassedUsage, Pieces } from "./audio.ts";
import { type Call, isWhole } from "./call.ts";
import { asObject } from "./openai-usage.ts";

/** What sound may call itself; anything else that comes with a 200 is no sound. */
const SOUND = /^(?:audio\/[a-z0-9.+-]{1,64}|application\/octet-stream)(?=\s*(?:;|$))/;
const PARAMETERS = /^(?:\s*;\s*[a-z0-9-]{1,32}=[a-z0-9.+-]{1,64}){0,4}\s*$/;
const EVENTS = "text/event-stream";
/** What each format calls itself, and about how many bytes of it a token of sound is. */
const FORMATS: ReadonlyMap<string, { type: string; bytesPerToken: number }> = new Map([
  ["mp3", { type: "audio/mpeg", bytesPerToken: 768 }],
  ["opus", { type: "audio/ogg", bytesPerToken: 192 }],
  ["aac", { type: "audio/aac", bytesPerToken: 384 }],
  ["flac", { type: "audio/flac", bytesPerToken: 1_152 }],
  ["wav", { type: "audio/wav", bytesPerToken: 2_304 }],
  ["pcm", { type: "audio/pcm", bytesPerToken: 2_304 }],
]);
const ANY_FORMAT = { type: "application/octet-stream", bytesPerToken: 192 };
const MOST_TOKENS = 1_000_000_000;
/** Fifteen letters, or four Chinese characters, a second at twenty tokens a second. */
const TOKENS_PER_LETTER = 1.5;
const TOKENS_PER_WIDE = 5;
const WIDE = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]/gu;

/**
 * The answer to a call for speech; undefined: JSON, which can only say why there is none. Throws `malformed` for what is neither sound nor, where those were asked for, events: without
 * them nobody knows what a model that is sold by the token took.
 */
export function openSpeech(
  { contentType, body }: UpstreamResponse,
  call: Call,
  asEvents: boolean,
): Pieces | undefined {
  if (contentType.includes("json")) return undefined;
  if (asEvents && contentType.startsWith(EVENTS))
    return new SpeechEvents(new AnswerEvents(body, "speech.audio.done"), call);
  const sound = contentType === "" ? ANY_FORMAT.type : soundType(contentType);
  if (asEvents || sound === undefined) throw new UpstreamFailure("malformed");
  return new Sound(body.flow ?? flowOf(body), sound);
}

/** The content type as it is passed on; undefined: it is not one of sound. */
function soundType(contentType: string): string | undefined {
  const type = SOUND.exec(contentType)?.[0];
  if (type === undefined) return undefined;
  return PARAMETERS.test(contentType.slice(type.length)) ? contentType : type;
}

/** Bytes as they come. What they took is known without them: the characters that are spoken. */
class Sound implements Pieces {
  readonly isEvents = false;
  readonly contentType: string;
  private readonly flow: BodyFlow;

  constructor(flow: BodyFlow, contentType: string) {
    this.flow = flow;
    this.contentType = contentType;
  }

  take(): Uint8Array | undefined | null {
    return this.flow.take();
  }

  whenReady(act: () => void): void {
    this.flow.whenReady(act);
  }

  close(): Promise<unknown> {
    return this.flow.leave();
  }

  async usage({ audio }: Call): Promise<PassedUsage> {
    return { usage: { ...noUsage, characters: audio?.characters ?? 0, calls: 1 }, source: "counted" };
  }
}

/** Events with pieces of sound in base64: as they come, or for a client that asked for sound as what they hold. */
class SpeechEvents implements Pieces {
  readonly contentType: string;
  readonly isEvents: boolean;
  private readonly events: AnswerEvents;
  private readonly bytesPerToken: number;
  private soundBytes = 0;

  constructor(events: AnswerEvents, call: Call) {
    this.events = events;
    this.isEvents = call.stream;
    const { type, bytesPerToken } = FORMATS.get(call.audio?.format ?? "") ?? ANY_FORMAT;
    this.contentType = call.stream ? `${EVENTS}; charset=utf-8` : type;
    this.bytesPerToken = bytesPerToken;
  }

  take(): Uint8Array | undefined | null {
    for (;;) {
      const told = this.events.take();
      if (told === undefined || told === null) return told;
      const { type, audio } = told.event;
      const isSound = type === "speech.audio.delta" && typeof audio === "string";
      const sound = isSound ? Buffer.from(audio, "base64") : NOTHING;
      this.soundBytes += sound.byteLength;
      if (this.isEvents) return told.raw;
      if (sound.byteLength > 0) return sound;
    }
  }

  whenReady(act: () => void): void {
    this.events.whenReady(act);
  }

  close(): Promise<unknown> {
    return this.events.close();
  }

  async usage({ audio, prompt }: Call, count: Counting): Promise<PassedUsage> {
    const characters = audio?.characters ?? 0;
    const base: Usage = { ...noUsage, characters, calls: 1 };
    if (audio?.isByToken !== true) return { usage: base, source: "counted" };
    const said = asObject(this.events.done?.usage);
    const [input, output] = [said?.input_tokens, said?.output_tokens];
    if (isWhole(input, 1, MOST_TOKENS) && isWhole(output, 1, MOST_TOKENS)) {
      const [promptTokens, completionTokens] = [Number(input), Number(output)];
      const tokens = { promptTokens, completionTokens, audioOutputTokens: completionTokens };
      return { usage: { ...base, ...tokens }, source: "upstream" };
    }
    // Of what broke off no more than what came of it.
    const completionTokens = Math.max(
      1,
      Math.min(
        spokenTokens(prompt.texts[0] ?? "", characters),
        Math.ceil(this.soundBytes / this.bytesPerToken),
      ),
    );
    const tokens = {
      promptTokens: await count.prompt(),
      completionTokens,
      audioOutputTokens: completionTokens,
    };
    return { usage: { ...base, ...tokens }, source: "counted" };
  }
}

const NOTHING = new Uint8Array(0);

/** What a text takes when it is spoken, where upstream does not say: near what models take, and never nothing. */
function spokenTokens(text: string, characters: number): number {
  const wide = text.match(WIDE)?.length ?? 0;
  return Math.ceil((characters - wide) * TOKENS_PER_LETTER + wide * TOKENS_PER_WIDE);
}
