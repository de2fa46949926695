import type { Incoming, Leaving } from "#lib/gateway/exchange";
import type { Sender } from "#lib/gateway/sender";
import type { PlainHeaders } from "./plain-headers.ts";

/** A plain request, which is here as a whole. */
export class PlainCall implements Incoming, Leaving {
  readonly method = "POST";
  readonly headers: PlainHeaders;
  /** The client went away before its answer was written. */
  aborted = false;
  private body: Buffer | undefined;

  constructor(headers: PlainHeaders, body: Buffer) {
    this.headers = headers;
    this.body = body;
  }

  get target(): string {
    return this.headers.form.target;
  }

  /** Of the first request with this head, it is that of all that follow. */
  get sender(): Sender | undefined {
    return this.headers.form.sender;
  }

  set sender(sender: Sender | undefined) {
    this.headers.form.sender = sender;
  }

  get signal(): Leaving {
    return this;
  }

  readBody(take: (chunk: Uint8Array) => boolean): undefined {
    const { body } = this;
    // A stream may go on for minutes after.
    this.body = undefined;
    if (body !== undefined && body.length > 0) take(body);
  }
}
