import type { ChannelEntry } from "#lib/snapshot/entries";

/** What goes to an upstream: built by the gateway, never copied from the client's headers. */
export type UpstreamRequest = {
  /** Below the channel's base URL, e.g. "/chat/completions". */
  path: string;
  model: string;
  body: Uint8Array;
  stream: boolean;
  /** Client headers that this provider asked for by `wantsHeaders`. */
  headers: Readonly<Record<string, string>>;
  connectTimeoutMs: number;
  signal: AbortSignal;
};

export type UpstreamResponse = {
  status: number;
  contentType: string;
  retryAfter: string | undefined;
  /** Ends early or throws when the connection breaks; ending it early closes the connection. */
  body: AsyncIterable<Uint8Array>;
};

/** One upstream protocol. `send` rejects with an UpstreamFailure when no response came. */
export type Provider = {
  send(channel: ChannelEntry, request: UpstreamRequest): Promise<UpstreamResponse>;
  /** Prefix of client headers that are passed on; undefined: none. */
  wantsHeaders?: string;
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
