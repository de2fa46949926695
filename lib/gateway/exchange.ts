import type { Sender } from "./sender.ts";

/** Headers by lower-case name. A web `Headers` fits. */
export type RequestHeaders = {
  get(name: string): string | null;
  [Symbol.iterator](): Iterator<[string, string]>;
};

/** Whether the client went away before its answer was complete. Looked at, not listened to; an AbortSignal fits. */
export type Leaving = { readonly aborted: boolean };

/**
 * A request as the gateway needs it, whichever mount brought it: the production server from node:http, Next's route
 * handlers from a web Request. No streams and no Request objects: making those costs more than all that the gateway does.
 */
export type Incoming = {
  readonly method: string;
  /** Path and query, normalised. */
  readonly target: string;
  readonly headers: RequestHeaders;
  /** Who sent it, once that was worked out; a mount may keep it for the next request with the same head. */
  sender?: Sender | undefined;
  readonly signal: Leaving;
  /**
   * Hands the body over chunk by chunk as it comes, once, until `take` says no. Rejects when the client goes away in
   * the middle of it. No promise: it was here already, whole.
   */
  readBody(take: (chunk: Uint8Array) => boolean): Promise<void> | undefined;
};

/** What is left to send of a stream. `isBroken`: it is not whole, which the connection's breaking off says. */
export type Step = { bytes: Uint8Array | undefined; last: boolean; isBroken?: true };

export type AnswerStream = {
  /** The next bytes, asked for when the last have gone out; undefined: upstream has said nothing more yet. */
  next(): Step | Promise<Step> | undefined;
  /** `act` is called whenever it is worth asking again. The `act` given last counts. */
  whenReady(act: () => void): void;
  /** The client went away: nothing more is asked for. */
  abandon(): Promise<void>;
};

/** The gateway's answer: whole, or a stream that the mount pulls. */
export type Answer = {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array | AnswerStream;
};

/** True: the mount pulls the body step by step, and abandons it when the client goes away. False: it is whole. */
export function isStream(body: Answer["body"]): body is AnswerStream {
  return typeof body === "object" && "next" in body;
}
