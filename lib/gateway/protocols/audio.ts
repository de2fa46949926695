import type { Usage } from "#lib/pricing/usage";
import type { Call } from "./call.ts";

/** What a call asks for of sound. */
export type AudioAsked = {
  /** Characters (code points) that are spoken; 0: none are. */
  characters: number;
  /** The most seconds of sound that it hands in; 0: none. */
  seconds: number;
  /** As many as they probably are, for upstreams that do not say. */
  likelySeconds: number;
  /** The most that it takes of a model that is sold by the token. */
  tokens: { promptTokens: number; outputTokens: number };
  /** What is asked for: of sound "mp3", of a transcript "json". */
  format: string;
  /** Its model is sold by the token, which admission knows: upstream has to say what it took. */
  isByToken: boolean;
};

export type PassedUsage = { usage: Usage; source: "upstream" | "counted" };

/** Tokens by our tokenizer: of the call's prompt, and of what was generated. */
export type Counting = { prompt(): Promise<number>; texts(texts: readonly string[]): Promise<number> };

/** An answer on its way through, of which no more is held than what came last. */
export type Pieces = {
  /** As the client is told. */
  contentType: string;
  /** The next bytes for the client; undefined: nothing has come yet; null: it came to a good end. Throws what broke it off. */
  take(): Uint8Array | undefined | null;
  /** `act` is called whenever it is worth taking again. The `act` given last counts. */
  whenReady(act: () => void): void;
  /** Nothing more is wanted. */
  close(): Promise<unknown>;
  /** What it used: as upstream said, else counted. */
  usage(call: Call, count: Counting): Promise<PassedUsage>;
  /** Whether an error can be said in it, as an event. Else only the connection's breaking off says that it is not whole. */
  isEvents: boolean;
};
