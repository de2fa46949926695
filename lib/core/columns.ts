/** What stands at one place of many lists: the same in all of them, or a value per list. */
export type Column<T> = { same: T; each?: never } | { same?: never; each: T[] };

/**
 * Lists of equal length, seen by place. Calls that end together are much alike: what they share is handled once. Of no
 * lists there are no columns.
 */
export function columnsOf<T>(lists: readonly (readonly T[])[]): Column<T>[] {
  const [first = []] = lists;
  const differs = new Array<boolean>(first.length).fill(false);
  for (const list of lists) {
    for (let place = 0; place < first.length; place += 1) {
      if (list[place] !== first[place]) differs[place] = true;
    }
  }
  return first.map((same, place) =>
    differs[place] ? { each: lists.map((list) => list[place] as T) } : { same },
  );
}
