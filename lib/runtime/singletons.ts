/**
 * Values of which this process may hold only one: pools, configuration, snapshot, log.
 *
 * They live on `globalThis` under `Symbol.for("tollgate")`, because every module is loaded twice (once by
 * the server, once inside Next's bundles) and a module-level variable would exist twice as well.
 */
export function singleton<T>(name: string, make: () => T): T {
  const held = values();
  if (!held.has(name)) held.set(name, make());
  // The name is the contract between writer and reader; both are the same line of the owning module.
  return held.get(name) as T;
}

/** Replaces a singleton: at start, once something is known that the environment did not say; and in tests. */
export function setSingleton<T>(name: string, value: T): T {
  values().set(name, value);
  return value;
}

/** The value if someone has made it, without making it. */
export function peekSingleton<T>(name: string): T | undefined {
  return values().get(name) as T | undefined;
}

/** Forgets a singleton, so that the next use makes it anew. */
export function clearSingleton(name: string): void {
  values().delete(name);
}

const KEY = Symbol.for("tollgate");

function values(): Map<string, unknown> {
  const holder = globalThis as { [KEY]?: Map<string, unknown> };
  holder[KEY] ??= new Map();
  return holder[KEY];
}
