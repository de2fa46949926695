type Neighbours = { onPrevious: (() => void) | undefined; onNext: (() => void) | undefined };

/** The ways from an open row to the one before and the one after it; none where the list ends. */
export function neighbours<T>(
  rows: readonly T[],
  openId: string,
  idOf: (row: T) => string,
  open: (id: string) => void,
): Neighbours {
  const index = rows.findIndex((row) => idOf(row) === openId);
  const to = (row: T | undefined) => (row === undefined ? undefined : () => open(idOf(row)));
  if (index === -1) return { onPrevious: undefined, onNext: undefined };
  return { onPrevious: to(index === 0 ? undefined : rows[index - 1]), onNext: to(rows[index + 1]) };
}
