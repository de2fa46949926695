import { UpstreamFailure } from "../provider.ts";
import { Chunks } from "./chunks.ts";
import { type Framing, type ResponseHead, readResponseHead } from "./response-head.ts";

/** Who one answer is for. Of what comes together, all is said before `stirred`. */
export type AnswerSink = {
  head(head: ResponseHead): void;
  /** A part of the body. It is the sink's own. */
  data(bytes: Buffer): void;
  /** The body is whole. */
  end(): void;
  /** Something has come, and has been said. */
  stirred(): void;
  /** There will be no (more) answer. Called once, and not after `end`. */
  failed(error: Error): void;
};

const END = "\r\n\r\n";
const MAX_HEAD_BYTES = 64 << 10;
const NOTHING = Buffer.alloc(0);

const BEGINNING = "HTTP/1.";
const BARE_LINE_FEED = /(?<!\r)\n/;

/** Who speaks another protocol may wait for us as we wait for them. */
function mayBecomeHead(text: string): boolean {
  return BEGINNING.startsWith(text.slice(0, BEGINNING.length)) && !BARE_LINE_FEED.test(text);
}

/** Reads one answer from a connection's bytes, however they were cut on their way. */
export class ResponseReader {
  /** The answer is whole. What came behind it does not belong to it. */
  isOver = false;
  /** Bytes came that belong to no answer. */
  hasSurplus = false;
  /** As in the answer's head. */
  reusableMs: number | undefined;
  private readonly sink: AnswerSink;
  private framing: Framing | undefined;
  private chunks: Chunks | undefined;
  /** Of a head that is not whole. */
  private begun: Buffer = NOTHING;
  private left = 0;

  constructor(sink: AnswerSink) {
    this.sink = sink;
  }

  /** Says what has come. Throws `malformed`. */
  take(bytes: Buffer): void {
    let at = 0;
    let all = bytes;
    if (this.framing === undefined) {
      all = this.begun.length === 0 ? bytes : Buffer.concat([this.begun, bytes]);
      at = this.readHeads(all);
    }
    if (this.framing !== undefined && !this.isOver) at = this.readBody(all, at, this.framing);
    if (this.isOver && at < all.length) this.hasSurplus = true;
  }

  /** Upstream has closed the connection. Throws `connection_lost` where that is not the answer's end. */
  close(): void {
    if (this.isOver) return;
    if (this.framing?.kind !== "close") throw new UpstreamFailure("connection_lost");
    this.end();
  }

  /** Heads up to the answer's own; where the next thing begins. */
  private readHeads(all: Buffer): number {
    for (let at = 0; ; ) {
      const end = all.indexOf(END, at, "latin1");
      if ((end < 0 ? all.length : end) - at > MAX_HEAD_BYTES) throw new UpstreamFailure("malformed");
      if (end < 0) {
        this.begun = all.subarray(at);
        if (!mayBecomeHead(this.begun.toString("latin1"))) throw new UpstreamFailure("malformed");
        return all.length;
      }
      const behind = end + END.length;
      const head = readResponseHead(all.toString("latin1", at, behind));
      // We ask for no other protocol.
      if (head.status === 101) throw new UpstreamFailure("malformed");
      at = behind;
      if (head.status >= 200) {
        this.begin(head);
        return at;
      }
    }
  }

  private begin(head: ResponseHead): void {
    const { framing } = head;
    this.begun = NOTHING;
    this.framing = framing;
    this.reusableMs = head.reusableMs;
    this.sink.head(head);
    if (framing.kind === "chunks") this.chunks = new Chunks();
    if (framing.kind !== "length") return;
    this.left = framing.bytes;
    if (framing.bytes === 0) this.end();
  }

  private readBody(all: Buffer, from: number, { kind }: Framing): number {
    if (this.chunks !== undefined) {
      const at = this.chunks.take(all, from, this.give);
      if (this.chunks.isOver) this.end();
      return at;
    }
    const end = kind === "close" ? all.length : Math.min(all.length, from + this.left);
    if (end > from) this.sink.data(from === 0 && end === all.length ? all : all.subarray(from, end));
    if (kind === "length") {
      this.left -= end - from;
      if (this.left === 0) this.end();
    }
    return end;
  }

  private readonly give = (data: Buffer): void => this.sink.data(data);

  private end(): void {
    this.isOver = true;
    this.sink.end();
  }
}
