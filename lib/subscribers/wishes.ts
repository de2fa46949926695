import type { FollowOptions, OwnSubscription, Wishes } from "./schema.ts";

/**
 * What somebody wants, with names as the catalogue writes them; nothing named: everything. What the catalogue does not have
 * is answered as problems by field.
 */
export function wishesOf(
  given: OwnSubscription,
  options: FollowOptions,
): { wishes: Wishes } | { problems: Record<string, string> } {
  const vendors = namesIn(given.vendors, options.vendors);
  const models = namesIn(
    given.models,
    options.models.map(({ id }) => id),
  );
  const problems = {
    ...(vendors.unknown === undefined ? {} : { vendors: `there is no vendor ${vendors.unknown}` }),
    ...(models.unknown === undefined ? {} : { models: `there is no model ${models.unknown}` }),
  };
  if (Object.keys(problems).length > 0) return { problems };
  const isNothing = vendors.known.length === 0 && models.known.length === 0;
  const all = given.all ?? isNothing;
  if (!all && isNothing) return { problems: { vendors: "choose a vendor or a model, or everything" } };
  return {
    wishes: {
      all,
      vendors: all ? [] : vendors.known,
      models: all ? [] : models.known,
      digest: given.digest,
      locale: given.locale,
    },
  };
}

function namesIn(given: readonly string[], known: readonly string[]): { known: string[]; unknown?: string } {
  const byLower = new Map(known.map((name) => [name.toLowerCase(), name]));
  const found: string[] = [];
  for (const name of given) {
    const match = byLower.get(name.toLowerCase());
    if (match === undefined) return { known: [], unknown: name };
    if (!found.includes(match)) found.push(match);
  }
  return { known: found };
}
