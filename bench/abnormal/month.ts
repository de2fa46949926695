import type { Call } from "./call.ts";
import { chanceOf } from "./chance.ts";
import { honestMonth, type KeyKind } from "./honest.ts";
import { type Internet, makeInternet } from "./internet.ts";
import { DAY } from "./people.ts";
import { THEFT_KINDS, type Theft, theftOf } from "./thefts.ts";

export type KeyMonth = { keyId: string; kind: KeyKind; calls: Call[]; theft: Theft | undefined };
export type Size = { keys: number; days: number; thefts: number };

/** No theft before a key has been in use for a week, and none on the last day. */
const FIRST_THEFT_DAY = 8;

/** A month of many keys, one after the other so that they need not all be in memory. The same seed, the same month. */
export function* simulate(seed: number, { keys, days, thefts }: Size, startMs: number): Generator<KeyMonth> {
  const internet = makeInternet(seed);
  const stolen = new Set<number>();
  const chance = chanceOf(seed * 104_729 + 17);
  while (stolen.size < thefts) stolen.add(chance.whole(0, keys - 1));
  let number = 0;
  for (let index = 0; index < keys; index += 1) {
    const own = chanceOf(seed * 1_000_003 + index * 31 + 5);
    const honest = honestMonth(internet, own, startMs, days);
    const keyId = `key-${index}`;
    if (!stolen.has(index)) {
      yield { keyId, kind: honest.kind, calls: honest.calls, theft: undefined };
      continue;
    }
    const kind = THEFT_KINDS[number % THEFT_KINDS.length] ?? "slow resale";
    const at = startMs + (FIRST_THEFT_DAY + own.next() * (days - FIRST_THEFT_DAY - 1)) * DAY;
    const theft = theftOf(kind, number, { chance: own, internet, victim: honest, startMs: at });
    number += 1;
    const calls = [...honest.calls, ...theft.calls].sort((a, b) => a.atMs - b.atMs);
    yield { keyId, kind: honest.kind, calls, theft };
  }
}

/** What a table of networks would say of an address of a seed's internet; it does not know all of them. */
export function placesOf(internet: Internet) {
  return (ip: string) => {
    const carrier = internet.carrierOf(ip);
    if (carrier === undefined || !carrier.isListed) return undefined;
    const isHosting = carrier.kind === "cloud" || carrier.kind === "hoster";
    return { asn: carrier.id, name: carrier.name, country: carrier.country, isHosting };
  };
}
