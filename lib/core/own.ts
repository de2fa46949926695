/**
 * A record's own entry. Names that come from outside (a user agent, a model) may be "constructor" or "__proto__", which
 * every object has without anybody having put it there.
 */
export function ownOf<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
