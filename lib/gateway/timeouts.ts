import type { ChannelEntry, TimeoutLimits } from "#lib/snapshot/entries";

export type AttemptTimeouts = Required<TimeoutLimits>;

/**
 * Milliseconds. `headersMs`: until the headers of an answer that is not streamed, and until the first event of the last
 * candidate's stream. `firstTokenMs`: until a stream's first event, while another candidate is left. `idleMs`: between two
 * events of a stream, or two parts of a body. `totalMs`: for the whole call, all its attempts together.
 */
export const defaultTimeouts: AttemptTimeouts = {
  connectMs: 10_000,
  headersMs: 120_000,
  firstTokenMs: 8_000,
  idleMs: 120_000,
  totalMs: 900_000,
};

/** Models that think before they speak get longer for their first event; pictures, films and recordings take their time. */
export const modalityTimeouts: Readonly<Record<string, TimeoutLimits>> = {
  reasoning: { firstTokenMs: 120_000 },
  image: { headersMs: 300_000 },
  audio: { headersMs: 300_000 },
  video: { headersMs: 600_000 },
  task: { headersMs: 300_000 },
};

const made = new WeakMap<ChannelEntry, Map<string, AttemptTimeouts>>();

/**
 * A channel's limits for a modality: the channel's for it, else the channel's own, else the modality's default, else the
 * default. `modality`: the model's kind, or "reasoning".
 */
export function timeoutsOf(channel: ChannelEntry, modality: string): AttemptTimeouts {
  const byModality = made.get(channel) ?? new Map<string, AttemptTimeouts>();
  made.set(channel, byModality);
  const known = byModality.get(modality);
  if (known !== undefined) return known;
  const { modalities, ...own } = channel.timeouts;
  const limits = { ...defaultTimeouts, ...modalityTimeouts[modality], ...own, ...modalities?.[modality] };
  byModality.set(modality, limits);
  return limits;
}

/** Which limits a model goes by. */
export function modalityOf(model: { kind: string; reasoning: boolean } | undefined): string {
  if (model === undefined) return "chat";
  return model.reasoning ? "reasoning" : model.kind;
}
