const FIRST_BYTES = 256;
const NOTHING = new Uint8Array(0);

/**
 * A stream's text until it is counted. Most of it comes as bytes and stays bytes, in one piece: a string for each event,
 * with thousands of streams, is what a collection of garbage has to carry.
 */
export class DeliveredText {
  /** Characters (of a JS string) that wait. */
  characters = 0;
  private readonly texts: string[] = [];
  private bytes = NOTHING;
  private used = 0;

  add(text: string): void {
    this.pack();
    this.texts.push(text);
    this.characters += text.length;
  }

  /** Adds a part of some UTF-8 that is whole in itself. It is copied. */
  addBytes(from: Uint8Array, start: number, end: number, characters: number): void {
    const used = this.used + end - start;
    if (used > this.bytes.length) this.grow(used);
    const { bytes } = this;
    for (let [at, i] = [this.used, start]; i < end; at += 1, i += 1) bytes[at] = from[i] ?? 0;
    this.used = used;
    this.characters += characters;
  }

  /** All of it in its order; nothing waits any more. */
  take(): string {
    this.pack();
    const text = this.texts.join("");
    this.texts.length = 0;
    this.characters = 0;
    return text;
  }

  /** Bytes become a string before anything follows that is not bytes. */
  private pack(): void {
    if (this.used === 0) return;
    this.texts.push(Buffer.from(this.bytes.buffer, 0, this.used).toString("utf8"));
    this.used = 0;
  }

  private grow(least: number): void {
    const bytes = new Uint8Array(Math.max(FIRST_BYTES, 2 ** Math.ceil(Math.log2(least))));
    bytes.set(this.bytes.subarray(0, this.used));
    this.bytes = bytes;
  }
}
