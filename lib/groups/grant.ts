/** What is activated of a line, and until when; times are ISO 8601 UTC, null: until it is taken back. */
export type Activation = {
  /** Empty: all that need a grant on the line. */
  models: readonly string[];
  /** The end of what has none of its own. */
  expiresAt: string | null;
  /** Ends of their own, by model. */
  modelEnds: Readonly<Record<string, string | null>>;
};

type Plain = { models: string[]; expiresAt: string | null; modelEnds: Record<string, string | null> };

/** When a model of an activation ends. */
export function endOf({ expiresAt, modelEnds }: Activation, model: string): string | null {
  const own = Object.hasOwn(modelEnds, model) ? modelEnds[model] : undefined;
  return own === undefined ? expiresAt : own;
}

/** What of an activation runs at a moment; undefined: nothing any more. */
export function runningAt(activation: Activation, now: Date): Plain | undefined {
  const { models, expiresAt } = activation;
  const runs = (end: string | null) => end === null || new Date(end) > now;
  if (models.length === 0 && runs(expiresAt)) return tidied(activation);
  const named = models.length === 0 ? Object.keys(activation.modelEnds) : models;
  const left = named.filter((model) => runs(endOf(activation, model)));
  return left.length === 0 ? undefined : tidied({ ...activation, models: left });
}

/**
 * What runs, and besides it some models (none: all) until a time. Nothing of it ends earlier than before, and nothing
 * that was not asked for ends later.
 */
export function widened(
  before: Activation | undefined,
  models: readonly string[],
  until: string | null,
  now: Date,
): Plain {
  const running = before && runningAt(before, now);
  if (running === undefined) return { models: [...models], expiresAt: until, modelEnds: {} };
  const isAll = running.models.length === 0;
  const hasAlready = (model: string) => isAll || running.models.includes(model);
  if (models.length === 0) {
    const named = isAll ? Object.keys(running.modelEnds) : running.models;
    const expiresAt = isAll ? later(running.expiresAt, until) : until;
    const ends = named.map((model) => [model, later(endOf(running, model), until)]);
    return tidied({ models: [], expiresAt, modelEnds: Object.fromEntries(ends) });
  }
  const ends = models.map((model) => [
    model,
    hasAlready(model) ? later(endOf(running, model), until) : until,
  ]);
  return tidied({
    models: isAll ? [] : [...new Set([...running.models, ...models])].sort(),
    expiresAt: running.expiresAt,
    modelEnds: { ...running.modelEnds, ...Object.fromEntries(ends) },
  });
}

/** What ends after `from` and up to `to`, the soonest first; model null: all that has no end of its own. */
export function endingWithin(
  activation: Activation,
  from: Date,
  to: Date,
): { model: string | null; end: string }[] {
  const { models, expiresAt, modelEnds } = activation;
  const ends: [string | null, string | null][] =
    models.length === 0
      ? [[null, expiresAt], ...Object.entries(modelEnds)]
      : models.map((model) => [model, endOf(activation, model)]);
  return ends
    .flatMap(([model, end]) =>
      end !== null && new Date(end) > from && new Date(end) <= to ? [{ model, end }] : [],
    )
    .sort((left, right) => Date.parse(left.end) - Date.parse(right.end));
}

/** Whether up to a time something ends in `after` that did not end then in `before`: a model besides, or sooner. */
export function endsAnew(before: Activation, after: Activation, upTo: Date): boolean {
  const start = new Date(0);
  const told = endingWithin(before, start, upTo);
  const isTold = (model: string | null, end: string) =>
    told.some((one) => one.model === model && isSame(one.end, end));
  return endingWithin(after, start, upTo).some(({ model, end }) => !isTold(model, end));
}

/** Of what ends, what a line asks for by now: elsewhere it is open, and nothing is refused when its grant ends. */
export function stillNeeded<Ending extends { model: string | null }>(
  endings: readonly Ending[],
  { access, grantedModels }: { access: string; grantedModels: readonly string[] },
  { modelEnds }: Pick<Activation, "modelEnds">,
): Ending[] {
  if (access === "open") return [];
  if (grantedModels.length === 0) return [...endings];
  const isLeft = grantedModels.some((model) => !Object.hasOwn(modelEnds, model));
  return endings.filter(({ model }) => (model === null ? isLeft : grantedModels.includes(model)));
}

/** Without ends that say nothing: of models that are not activated, and those of the grant itself. */
export function tidied({ models, expiresAt, modelEnds }: Activation): Plain {
  const own = Object.entries(modelEnds).filter(([model]) => models.length === 0 || models.includes(model));
  const ends = models.map((model) => endOf({ models, expiresAt, modelEnds }, model));
  // Where nothing ends with the grant, the last end is the grant's.
  const isUsed = ends.length === 0 || ends.some((end) => isSame(end, expiresAt));
  const shared = isUsed ? expiresAt : ends.reduce(later);
  return {
    models: [...models],
    expiresAt: shared,
    modelEnds: Object.fromEntries(own.filter(([, end]) => !isSame(end, shared))),
  };
}

function later(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return null;
  return new Date(one) > new Date(other) ? one : other;
}

function isSame(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return one === other;
  return Date.parse(one) === Date.parse(other);
}
