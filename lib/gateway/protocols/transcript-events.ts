import type { UpstreamResponse } from "#lib/providers/provider";
import { AnswerEvents } from "./answer-events.ts";
import type { Counting, PassedUsage, Pieces } from "./audio.ts";
import type { Call } from "./call.ts";
import { countedTranscript, transcriptUsage } from "./transcript.ts";

/** So much of a transcript is kept to be counted, where upstream may not say what it took; of more its length tells. */
const MOST_KEPT_CHARACTERS = 1 << 20;
const CHARACTERS_PER_TOKEN = 3;

/** A transcript as it is heard: events that pass as they come. undefined: upstream answers whole, as some models always do. */
export function openTranscript(
  { contentType, body }: UpstreamResponse,
  { stream }: Call,
): Pieces | undefined {
  return stream && contentType.startsWith("text/event-stream") ? new TranscriptEvents(body) : undefined;
}

class TranscriptEvents implements Pieces {
  readonly isEvents = true;
  readonly contentType = "text/event-stream; charset=utf-8";
  private readonly events: AnswerEvents;
  private readonly texts: string[] = [];
  private kept = 0;
  private charactersBeyond = 0;

  constructor(body: UpstreamResponse["body"]) {
    this.events = new AnswerEvents(body, "transcript.text.done");
  }

  take(): Uint8Array | undefined | null {
    const told = this.events.take();
    if (told === undefined || told === null) return told;
    const { type, delta, text } = told.event;
    // A transcript by speakers comes in segments.
    if (type === "transcript.text.delta") this.keep(delta);
    else if (type === "transcript.text.segment") this.keep(text);
    return told.raw;
  }

  whenReady(act: () => void): void {
    this.events.whenReady(act);
  }

  close(): Promise<unknown> {
    return this.events.close();
  }

  async usage(call: Call, count: Counting): Promise<PassedUsage> {
    const said = transcriptUsage(this.events.done ?? {}, call);
    if (said !== undefined) return { usage: said, source: "upstream" };
    const [promptTokens, kept] = await Promise.all([count.prompt(), count.texts([this.texts.join("")])]);
    const completionTokens = kept + Math.ceil(this.charactersBeyond / CHARACTERS_PER_TOKEN);
    return { usage: countedTranscript(call, { promptTokens, completionTokens }), source: "counted" };
  }

  private keep(text: unknown): void {
    if (typeof text !== "string") return;
    if (this.kept + text.length > MOST_KEPT_CHARACTERS) this.charactersBeyond += text.length;
    else {
      this.kept += text.length;
      this.texts.push(text);
    }
  }
}
