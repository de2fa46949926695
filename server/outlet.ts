import type { ServerResponse } from "node:http";

/** What a stream is written to: a response of node:http, or a connection that the front serves. */
export type Outlet = {
  /** Whether the body goes in chunks; else the connection's end is the body's. */
  readonly isFramed: boolean;
  /** Nothing can be written any more. */
  readonly isGone: boolean;
  /** False: the client has enough for now. One that then takes nothing for too long is let go. */
  write(bytes: Uint8Array): boolean;
  /** Writes the last bytes. */
  end(bytes: Uint8Array): void;
  /** Closes the connection in the middle, which says that the answer is not whole. */
  breakOff(): void;
  /** `act` is called when the client takes more. */
  whenDrained(act: () => void): void;
  /** `act` is called when the connection has closed, at the latest. */
  whenClosed(act: () => void): void;
};

/** A response of node:http whose head has been written. */
export class ResponseOutlet implements Outlet {
  readonly isFramed: boolean;
  private readonly response: ServerResponse;
  private readonly stalledMs: number;

  /** From here on the framing is the writer's. A client that takes nothing for `stalledMs` is let go. */
  constructor(response: ServerResponse, stalledMs: number) {
    this.isFramed = response.chunkedEncoding;
    response.chunkedEncoding = false;
    this.response = response;
    this.stalledMs = stalledMs;
  }

  get isGone(): boolean {
    return this.response.destroyed;
  }

  write(bytes: Uint8Array): boolean {
    const isFlowing = this.response.write(bytes);
    if (!isFlowing) this.response.setTimeout(this.stalledMs);
    return isFlowing;
  }

  end(bytes: Uint8Array): void {
    this.response.end(bytes);
    if (this.response.writableLength > 0) this.response.setTimeout(this.stalledMs);
  }

  breakOff(): void {
    this.response.destroy();
  }

  whenDrained(act: () => void): void {
    this.response.on("drain", () => {
      this.response.setTimeout(0);
      act();
    });
  }

  whenClosed(act: () => void): void {
    this.response.once("close", act);
  }
}
