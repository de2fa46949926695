/** One field of a thing before and after a change; absent on one side: undefined. */
export type FieldChange = { field: string; before: string | undefined; after: string | undefined };

/**
 * What a change changed: fields that differ, nested ones by path ("timeouts.idleMs"), in the order of their names. For
 * something that was made or deleted all its fields, one side being nothing.
 */
export function auditDifference(before: unknown, after: unknown): FieldChange[] {
  const [old, now] = [flat(before), flat(after)];
  const fields = [...new Set([...old.keys(), ...now.keys()])].toSorted();
  return fields
    .map((field) => ({ field, before: old.get(field), after: now.get(field) }))
    .filter((change) => change.before !== change.after);
}

function flat(value: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [name, member] of Object.entries(value)) {
      flat(member, path === "" ? name : `${path}.${name}`, into);
    }
  } else if (value !== null && value !== undefined) {
    into.set(path === "" ? "value" : path, textOf(value));
  }
  return into;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : value.map(textOf).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
