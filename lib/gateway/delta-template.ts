import { isUtf8 } from "node:buffer";
import { type SseEvent, sseEvent } from "./sse.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const ASCII_END = 0x80;
const CONTINUATION = 0xc0;
/** UTF-8 of four bytes is two characters of a JS string. */
const FOUR_BYTES = 0xf0;

/** Where an event's text stands among its bytes, and how many characters (of a JS string) it is. */
export type Found = { start: number; end: number; characters: number };

/**
 * The bytes around the text of a stream's deltas, which say the same from event to event. What stands in place of a JSON
 * string's content, and has nothing in it that JSON would read otherwise, changes nothing but that string: an event that
 * differs from a known one in it alone needs no parsing.
 */
export class DeltaTemplate {
  private readonly known: Uint8Array;
  private readonly start: number;
  /** How many of the known bytes stand behind the text. */
  private readonly behind: number;
  /** Where the last event's text was. One object for all events: thousands of streams would carry theirs. */
  private readonly found: Found = { start: 0, end: 0, characters: 0 };

  private constructor(known: Uint8Array, start: number, behind: number) {
    this.known = known;
    this.start = start;
    this.behind = behind;
  }

  /**
   * The template of an event whose one generated text is `text`; undefined: there is none that is sure. It is tried out:
   * `textOf` reads an event as a whole, and must find in it what was put in place of the text, and nothing else.
   */
  static of(
    event: SseEvent,
    text: string,
    textOf: (event: SseEvent) => string | undefined,
  ): DeltaTemplate | undefined {
    const raw = Buffer.from(event.raw);
    // As bytes: with half a surrogate pair in a string to look for, Node 24 ends the whole process.
    const quoted = Buffer.from(`"${text}"`);
    const before = raw.indexOf(quoted);
    if (before < 0) return undefined;
    const [start, end] = [before + 1, before + quoted.length - 1];
    const other = `${text}.`;
    const tried = Buffer.concat([raw.subarray(0, start), Buffer.from(other), raw.subarray(end)]);
    if (textOf(sseEvent(tried)) !== other) return undefined;
    const template = new DeltaTemplate(raw, start, raw.length - end);
    return template.find(raw) === undefined ? undefined : template;
  }

  /** The text of an event that is like the known one; undefined: it is not, or may not be. Valid until the next call. */
  find(raw: Uint8Array): Found | undefined {
    const { known, start, behind, found } = this;
    const end = raw.length - behind;
    if (end < start) return undefined;
    for (let i = 0; i < start; i += 1) if (raw[i] !== known[i]) return undefined;
    const shift = raw.length - known.length;
    for (let i = end; i < raw.length; i += 1) if (raw[i] !== known[i - shift]) return undefined;
    const characters = charactersOf(raw, start, end);
    if (characters < 0) return undefined;
    found.start = start;
    found.end = end;
    found.characters = characters;
    return found;
  }
}

/** How many characters of a JS string these bytes of a JSON string are; -1: they mean something, or are no UTF-8. */
function charactersOf(raw: Uint8Array, start: number, end: number): number {
  let characters = 0;
  let isAscii = true;
  for (let i = start; i < end; i += 1) {
    const byte = raw[i] ?? 0;
    if (byte === QUOTE || byte === BACKSLASH || byte < SPACE) return -1;
    if (byte < ASCII_END) characters += 1;
    else {
      isAscii = false;
      if (byte >= CONTINUATION) characters += byte >= FOUR_BYTES ? 2 : 1;
    }
  }
  return isAscii || isUtf8(raw.subarray(start, end)) ? characters : -1;
}
