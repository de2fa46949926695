import { redactText } from "#lib/runtime/redact";

const MOST_KNOWN = 1_000;
const known = new Map<string, string>();

/**
 * A name from outside (path, model, user agent) as it is written down: short, without what Postgres cannot store, and
 * without a key that was put in the wrong place. It is escaped where it is shown, not here.
 */
export function storable(text: string): string {
  // The same few names come with nearly all calls.
  const before = known.get(text);
  if (before !== undefined) return before;
  const told = withoutSecrets(text);
  if (known.size >= MOST_KNOWN) known.clear();
  // A long one, and one with a key in it, is not kept.
  if (told === text) known.set(text, text);
  return told;
}

function withoutSecrets(text: string): string {
  const short = text.slice(0, 128).replaceAll("\u0000", "").toWellFormed();
  return MAY_HOLD_KEY.test(short) ? redactText(short) : short;
}

const MAY_HOLD_KEY = /[sprk]k-|tgm_|key=|[Bb]earer/;
