import type { ChannelEntry } from "#lib/snapshot/entries";

export type AttemptTimeouts = {
  connectMs: number;
  /** Until the headers of an answer that is not streamed, and of the last candidate's stream. */
  headersMs: number;
  /** Until a stream's first event, while another candidate is left. */
  firstTokenMs: number;
  /** Between two events of a stream, or two chunks of a body. */
  idleMs: number;
  totalMs: number;
};

const DEFAULTS: AttemptTimeouts = {
  connectMs: 10_000,
  headersMs: 120_000,
  firstTokenMs: 8_000,
  idleMs: 120_000,
  totalMs: 900_000,
};
const REASONING_FIRST_TOKEN_MS = 120_000;

/** A channel's own limits over the defaults; models that think before they speak get longer for their first event. */
export function timeoutsOf(channel: ChannelEntry, reasoning: boolean): AttemptTimeouts {
  const firstTokenMs = reasoning ? REASONING_FIRST_TOKEN_MS : DEFAULTS.firstTokenMs;
  return { ...DEFAULTS, firstTokenMs, ...channel.timeouts };
}
