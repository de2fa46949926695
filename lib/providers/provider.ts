import type { ChannelEntry } from "#lib/snapshot/entries";
import type { BodyFlow } from "./body-flow.ts";

/** What may end a call before upstream does. */
export type Ending = {
  readonly hasEnded: boolean;
  /** `act` is called when the call is ended; at once if it is already. The `act` given last counts. */
  whenEnded(act: () => void): void;
  /** A part of a body that is read all at once has come. */
  stirred(): void;
};

/** What goes to an upstream: built by the gateway, never copied from the client's headers. */
export type UpstreamRequest = {
  /** Default: POST. The others have no body. */
  method?: "GET" | "POST" | "DELETE";
  /** Below the channel's base URL, e.g. "/chat/completions". */
  path: string;
  model: string;
  body: Uint8Array;
  stream: boolean;
  /** The credential in the clear; null: none is sent. */
  secret: string | null;
  /** Client headers that this provider asked for by `wantsHeaders`. */
  headers: Readonly<Record<string, string>>;
  connectTimeoutMs: number;
  ending: Ending;
};

/** An answer's body, decoded. Throws an UpstreamFailure when it breaks off; leaving it early ends the call. */
export type UpstreamBody = AsyncIterable<Uint8Array> & {
  /** All of it at once. Throws `too_large` above `maxBytes`. */
  bytes?(maxBytes: number): Uint8Array | Promise<Uint8Array>;
  /** Part by part, without a promise for each. */
  flow?: BodyFlow;
};

export type UpstreamResponse = {
  status: number;
  /** In lower case; "" when upstream names none. */
  contentType: string;
  /** As sent: seconds or a date. */
  retryAfter: string | undefined;
  body: UpstreamBody;
};

/** One upstream protocol. `send` rejects with an UpstreamFailure when no response came. */
export type Provider = {
  send(channel: ChannelEntry, request: UpstreamRequest): Promise<UpstreamResponse>;
  /** Prefix of client headers that are passed on; undefined: none. */
  wantsHeaders?: string;
  /** Whether the caller asked for what will happen, so that it says nothing about the channel (the simulator). */
  isRehearsal?(headers: { get(name: string): string | null }): boolean;
};

/** Why no response came: a class for the attempt's record, never upstream's own text. */
export class UpstreamFailure extends Error {
  override name = "UpstreamFailure";
  readonly errorClass: string;
  constructor(errorClass: string) {
    super(`upstream failed: ${errorClass}`);
    this.errorClass = errorClass;
  }
}
