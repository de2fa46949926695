import { noUsage, type Usage } from "#lib/pricing/usage";
import { withoutEchoes } from "./counted-usage.ts";
import { DeliveredText } from "./delivered-text.ts";
import { DeltaTemplate } from "./delta-template.ts";
import { asObject, generatedTexts, isPossible, readOpenAiUsage } from "./protocols/openai-usage.ts";
import type { SseEvent } from "./sse.ts";

/** What one event of an OpenAI stream is for us. */
export type EventKind = "content" | "usage" | "done" | "error" | "comment" | "malformed";

type CountTokens = (texts: readonly string[]) => Promise<number>;

const FOLD_AT_CHARACTERS = 32_768;
/** Streams whose events differ in more than their text (padding, times) are not learnt for ever. */
const MOST_LESSONS = 4;
/** No tokenizer makes more than one token of three bytes of ordinary text: good enough to extend holds by. */
const BYTES_PER_TOKEN = 3;

/**
 * Watches a stream and knows what it used: upstream's own figures if it sends them, else what was delivered,
 * counted. Texts are kept only until they are counted, at most 32 K characters at a time.
 */
export class StreamMeter {
  finished = false;
  /** The event that was read last, for who tells it in another protocol; else not kept. */
  event: Readonly<Record<string, unknown>> = {};
  private upstreamUsage: Usage | undefined;
  private readonly delivered = new DeliveredText();
  private template: DeltaTemplate | undefined;
  private lessons = 0;
  private counted: Promise<number> = Promise.resolve(0);
  private textBytes = 0;
  private readonly countTokens: CountTokens;
  private readonly keepsEvent: boolean;
  /** How many times the stream says its prompt again. */
  private readonly echoes: number | undefined;

  constructor(countTokens: CountTokens, keepsEvent = false, echoes?: number) {
    this.countTokens = countTokens;
    this.keepsEvent = keepsEvent;
    this.echoes = echoes;
  }

  /** Takes note of an event. Most differ from the one before in their text alone: of those nothing else is looked at. */
  readEvent(event: SseEvent): EventKind {
    const { raw } = event;
    const found = this.template?.find(raw);
    if (found === undefined) return this.readNew(event);
    const { start, end, characters } = found;
    this.delivered.addBytes(raw, start, end, characters);
    this.textBytes += end - start;
    if (this.delivered.characters >= FOLD_AT_CHARACTERS) this.fold();
    return "content";
  }

  /** Takes note of what an event's data say. `usage`: it carries nothing but the figures. */
  read(data: string | null): EventKind {
    if (data === null) return "comment";
    if (data === "[DONE]") {
      this.finished = true;
      return "done";
    }
    const event = asObject(parse(data));
    if (event === undefined) return "malformed";
    if (this.keepsEvent) this.event = event;
    if (event.error !== undefined && event.error !== null) return "error";
    const usage = readOpenAiUsage(event.usage);
    this.note(usage);
    const choices = Array.isArray(event.choices) ? event.choices : [];
    for (const choice of choices) {
      if (asObject(choice)?.finish_reason != null) this.finished = true;
      for (const text of generatedTexts(choice)) this.keep(text);
    }
    return choices.length === 0 && usage !== undefined ? "usage" : "content";
  }

  /** Output tokens so far, estimated from above: what a running stream's hold must cover. */
  outputTokensAtMost(): number {
    return this.upstreamUsage?.completionTokens || Math.ceil(this.textBytes / BYTES_PER_TOKEN);
  }

  /** Upstream's figures if they can be true, or prompt and delivered text counted by the tokenizer. */
  async usage(countPrompt: () => Promise<number>): Promise<{ usage: Usage; source: "upstream" | "counted" }> {
    const { upstreamUsage: said } = this;
    if (said !== undefined && isPossible(said, this.textBytes > 0))
      return { usage: said, source: "upstream" };
    this.fold();
    const [promptTokens, saidTokens] = await Promise.all([countPrompt(), this.counted]);
    const completionTokens = withoutEchoes(saidTokens, promptTokens, this.echoes);
    return { usage: { ...noUsage, promptTokens, completionTokens, calls: 1 }, source: "counted" };
  }

  /** Nothing has come but what announces an answer: if upstream ends it there, nothing was delivered. */
  get isBare(): boolean {
    return false;
  }

  /** The last figures count, unless they fall back to nothing: those say nothing. */
  protected note(usage: Usage | undefined): void {
    if (usage !== undefined && (total(usage) > 0 || this.upstreamUsage === undefined))
      this.upstreamUsage = usage;
  }

  private readNew(event: SseEvent): EventKind {
    const { data } = event;
    const kind = this.read(data);
    if (kind !== "content" || data === null || this.keepsEvent || this.lessons >= MOST_LESSONS) return kind;
    const text = onlyTextOf(data);
    if (text === undefined) return kind;
    this.lessons += 1;
    this.template = DeltaTemplate.of(event, text, (tried) => onlyTextOf(tried.data)) ?? this.template;
    return kind;
  }

  /** Text that was delivered. */
  protected keep(text: string): void {
    this.delivered.add(text);
    this.textBytes += Buffer.byteLength(text);
    if (this.delivered.characters >= FOLD_AT_CHARACTERS) this.fold();
  }

  /** Turns the kept texts into a number; chained, so that folds never race. */
  private fold(): void {
    const texts = [this.delivered.take()];
    this.counted = this.counted.then(async (sum) => sum + (await this.countTokens(texts)));
  }
}

/** The text of an event that says nothing but this one text; undefined of all others. */
function onlyTextOf(data: string | null): string | undefined {
  const event = data === null ? undefined : asObject(parse(data));
  if (event === undefined || event.error != null || event.usage != null) return undefined;
  const choices = Array.isArray(event.choices) ? event.choices : [];
  if (choices.some((choice) => asObject(choice)?.finish_reason != null)) return undefined;
  const [text, ...more] = choices.flatMap(generatedTexts);
  return more.length === 0 ? text : undefined;
}

const total = ({ promptTokens, completionTokens }: Usage) => promptTokens + completionTokens;

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
