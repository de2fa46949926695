import type { RequestHeaders } from "#lib/gateway/exchange";
import type { Sender } from "#lib/gateway/sender";

/** What the requests with one head have in common: all but the body's length. */
export type HeadForm = {
  readonly target: string;
  /** In lower case, each once; `values` has what belongs to them. */
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** The head's bytes before the digits of its content-length, and behind them. */
  readonly before: Buffer;
  readonly after: Buffer;
  sender: Sender | undefined;
};

const CONTENT_LENGTH = "content-length";

/** The headers of a plain request. */
export class PlainHeaders implements RequestHeaders {
  readonly form: HeadForm;
  /** Of the body, bytes. */
  readonly contentLength: number;
  /** Of the head, bytes. */
  readonly size: number;

  constructor(form: HeadForm, contentLength: number) {
    this.form = form;
    this.contentLength = contentLength;
    this.size = form.before.length + String(contentLength).length + form.after.length;
  }

  get(name: string): string | null {
    if (name === CONTENT_LENGTH) return String(this.contentLength);
    const { names, values } = this.form;
    return values[names.indexOf(name)] ?? null;
  }

  *[Symbol.iterator](): Iterator<[string, string]> {
    for (const name of this.form.names) yield [name, this.get(name) ?? ""];
  }
}
