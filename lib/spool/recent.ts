import type { Block } from "./block.ts";

/** Of texts. A flusher that is further behind than that reads the file. */
const BYTES = 16 << 20;
/** UTF-8 of one UTF-16 unit takes no more. */
const MOST_PER_UNIT = 3;
const SHIFT_AT = 1_024;

/** A block whose text stands in the buffer. */
type Place = Omit<Block, "body"> & { start: number; end: number };

/**
 * The newest blocks without a gap, so that a flusher that keeps up reads no file. Their texts stand in one buffer that is
 * written round and round: as strings they were most of what the garbage collector had to move while they wait.
 */
export class Recent {
  readonly #texts: Buffer;
  #places: Place[] = [];
  /** Places before it are forgotten. */
  #first = 0;

  constructor(bytes = BYTES) {
    // Not of Node's pool, and no page of it is touched before it is written.
    this.#texts = Buffer.allocUnsafeSlow(bytes);
  }

  /** That of one commit; what is forgotten goes. Where there is no room, what was kept goes, and perhaps this one too. */
  add({ seq, count, format, body }: Block, forgottenTo: number): void {
    this.#forget(forgottenTo);
    const most = body.length * MOST_PER_UNIT;
    let start = this.#roomFor(most);
    if (start === undefined) {
      this.clear();
      if (most > this.#texts.length) return;
      start = 0;
    }
    const end = start + this.#texts.write(body, start, "utf8");
    this.#places.push({ seq, count, format, start, end });
  }

  clear(): void {
    this.#places = [];
    this.#first = 0;
  }

  /** The oldest ones behind `afterSeq`, to be read at once; undefined when some of them are not in memory. */
  behind(afterSeq: number): Iterable<Block> | undefined {
    const oldest = this.#places[this.#first];
    if (oldest === undefined || afterSeq < oldest.seq - oldest.count) return undefined;
    return this.#read(afterSeq);
  }

  *#read(afterSeq: number): Generator<Block> {
    for (let index = this.#first; index < this.#places.length; index += 1) {
      const place = this.#places[index];
      if (place === undefined || place.seq <= afterSeq) continue;
      const { seq, count, format, start, end } = place;
      yield { seq, count, format, body: this.#texts.toString("utf8", start, end) };
    }
  }

  #forget(toSeq: number): void {
    while ((this.#places[this.#first]?.seq ?? Number.POSITIVE_INFINITY) <= toSeq) this.#first += 1;
    if (this.#first === this.#places.length) this.clear();
    if (this.#first < SHIFT_AT) return;
    this.#places = this.#places.slice(this.#first);
    this.#first = 0;
  }

  /** Where so many bytes are free behind the newest, or before the oldest; undefined where neither is. */
  #roomFor(bytes: number): number | undefined {
    const newest = this.#places.at(-1);
    const oldest = this.#places[this.#first];
    const end = newest?.end ?? 0;
    const isRoundAgain = oldest !== undefined && end <= oldest.start;
    if (isRoundAgain) return end + bytes <= oldest.start ? end : undefined;
    if (end + bytes <= this.#texts.length) return end;
    return oldest !== undefined && bytes <= oldest.start ? 0 : undefined;
  }
}
