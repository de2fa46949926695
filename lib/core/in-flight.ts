const FEWEST_PLACES = 256;
/** Ids end in random characters (UUIDv7): these tell them apart. */
const TELLING_CHARACTERS = 8;

/**
 * What is under way, by id: a Map for entries that come and go all the time. V8 makes a busy Map's table anew again and again,
 * bigger and smaller, and as the Map itself is old, each of its tables lies in the old generation, which only a full collection
 * clears. This one's table stays, and is only ever made larger: it takes 32 to 64 bytes for each of the most entries that it ever had.
 * (Open addressing with linear probing; a removal moves back what follows: Knuth, The Art of Computer Programming, 6.4, algorithm R.)
 */
export class InFlight<Entry> {
  private ids: (string | undefined)[];
  private entries: (Entry | undefined)[];
  private count = 0;

  constructor() {
    this.ids = places();
    this.entries = places();
  }

  get size(): number {
    return this.count;
  }

  get(id: string): Entry | undefined {
    return this.entries[this.placeOf(id)];
  }

  /** Takes the place of an entry of that id. */
  set(id: string, entry: Entry): void {
    // Half of the places are free, so that a search ends after a few.
    if (this.count * 2 >= this.ids.length) this.grow();
    const place = this.placeOf(id);
    if (this.ids[place] === undefined) this.count += 1;
    this.ids[place] = id;
    this.entries[place] = entry;
  }

  /** False: there is none. */
  delete(id: string): boolean {
    const { ids, entries } = this;
    let free = this.placeOf(id);
    if (ids[free] === undefined) return false;
    const mask = ids.length - 1;
    for (let place = (free + 1) & mask; ; place = (place + 1) & mask) {
      const next = ids[place];
      if (next === undefined) break;
      // It may go back only as far as the place that its id begins to search from.
      if (((place - (hashOf(next) & mask)) & mask) < ((place - free) & mask)) continue;
      ids[free] = next;
      entries[free] = entries[place];
      free = place;
    }
    ids[free] = undefined;
    entries[free] = undefined;
    this.count -= 1;
    return true;
  }

  /** Where an id is, or would be put. */
  private placeOf(id: string): number {
    const { ids } = this;
    const mask = ids.length - 1;
    let place = hashOf(id) & mask;
    while (ids[place] !== undefined && ids[place] !== id) place = (place + 1) & mask;
    return place;
  }

  private grow(): void {
    const [ids, entries] = [this.ids, this.entries];
    this.ids = places(ids.length * 2);
    this.entries = places(ids.length * 2);
    for (const [place, id] of ids.entries()) {
      if (id === undefined) continue;
      const to = this.placeOf(id);
      this.ids[to] = id;
      this.entries[to] = entries[place];
    }
  }
}

/** A power of two of them. */
function places<T>(length = FEWEST_PLACES): (T | undefined)[] {
  return Array.from({ length }, () => undefined);
}

function hashOf(id: string): number {
  let hash = 0;
  for (let at = Math.max(0, id.length - TELLING_CHARACTERS); at < id.length; at += 1)
    hash = (Math.imul(hash, 31) + id.charCodeAt(at)) | 0;
  // The high bits depend on all characters; a place is told by the low ones.
  return hash ^ (hash >>> 15);
}
