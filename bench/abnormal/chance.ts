/** A seeded source of chance: the same seed gives the same world on every machine. */
export type Chance = {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number;
  /** True with probability `p`. */
  is(p: number): boolean;
  pick<T>(of: readonly T[]): T;
  /** One of `of`, each as often as its weight says. */
  weighted<T>(of: readonly (readonly [T, number])[]): T;
  /** Waiting time until the next of events that come once in `mean` on average. */
  wait(mean: number): number;
};

/** Mulberry32: 32 bits of state are enough for a simulation. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
  const chance: Chance = {
    next,
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    is: (p) => next() < p,
    pick(of) {
      const found = of[Math.floor(next() * of.length)];
      if (found === undefined) throw new Error("nothing to pick from");
      return found;
    },
    weighted(of) {
      let left = next() * of.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of of) {
        left -= weight;
        if (left <= 0) return value;
      }
      const last = of.at(-1);
      if (last === undefined) throw new Error("nothing to pick from");
      return last[0];
    },
    wait: (mean) => -Math.log(1 - next()) * mean,
  };
  return chance;
}
