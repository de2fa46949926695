export type Values = Readonly<Record<string, unknown>>;

/** One field that someone else changed while a form was open. `isMine`: whether the person had changed it too. */
export type FieldConflict = { name: string; mine: unknown; theirs: unknown; isMine: boolean };

/**
 * What someone else changed between `base` and `theirs`, and how the form goes on: fields that the person left alone
 * follow the other side, fields that both changed stay the person's until they choose.
 */
export function mergeEdit<V extends Values>(
  base: V,
  mine: V,
  theirs: V,
): { values: V; conflicts: FieldConflict[] } {
  const changed = Object.keys(theirs).filter((name) => !isSame(base[name], theirs[name]));
  const conflicts = changed
    .filter((name) => !isSame(mine[name], theirs[name]))
    .map((name) => ({
      name,
      mine: mine[name],
      theirs: theirs[name],
      isMine: !isSame(mine[name], base[name]),
    }));
  const followed = conflicts.filter(({ isMine }) => !isMine).map(({ name }) => [name, theirs[name]]);
  return { values: { ...mine, ...Object.fromEntries(followed) }, conflicts };
}

export function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
}

/** A form's value as a short text: lists and pairs with commas, nothing as "". */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value === "object") return Object.values(value).map(valueText).join(" ").trim();
  return String(value);
}
