import { CLIENTS, MODELS } from "./call.ts";
import type { Chance } from "./chance.ts";
import type { Carrier, Internet } from "./internet.ts";

/** Where somebody calls from: asked again for each call, since some places hand out another address each time. */
export type Place = (atMs: number) => string;

/** A place with one address that its carrier changes now and then (never: `daysPerLease` 0). */
export function home(internet: Internet, carrier: Carrier, chance: Chance, daysPerLease: number): Place {
  let address = internet.address(carrier, chance.whole(0, 1e6), chance.whole(0, 253));
  let endsAt = Number.NaN;
  return (atMs) => {
    if (Number.isNaN(endsAt)) endsAt = atMs + chance.wait(daysPerLease) * DAY;
    if (daysPerLease > 0 && atMs > endsAt) {
      address = internet.address(carrier, chance.whole(0, 1e6), chance.whole(0, 253));
      endsAt = atMs + chance.wait(daysPerLease) * DAY;
    }
    return address;
  };
}

/** A phone: the carrier's exits, another one every half hour or so. */
export function phone(internet: Internet, carrier: Carrier, chance: Chance): Place {
  let [address, endsAt] = ["", 0];
  return (atMs) => {
    if (atMs > endsAt) {
      address = internet.address(carrier, chance.whole(0, 60), chance.whole(0, 253));
      endsAt = atMs + chance.wait(40 * MINUTE);
    }
    return address;
  };
}

/** Machines that come and go: one of `machines` addresses, each replaced after about `daysPerMachine`. */
export function fleet(
  internet: Internet,
  carrier: Carrier,
  chance: Chance,
  machines: number,
  daysPerMachine: number,
): Place {
  const one = () => home(internet, carrier, chance, daysPerMachine);
  const all = Array.from({ length: machines }, one);
  return (atMs) => chance.pick(all)(atMs);
}

/** A client with the version that it has now. */
export function client(chance: Chance, family?: string): string {
  const entry = family === undefined ? undefined : CLIENTS.find(([name]) => name === family);
  const [name, , versions] = entry ?? chance.weighted(CLIENTS.map((c) => [c, c[1]] as const));
  return version(name, Math.floor(versions * chance.next() ** 2));
}

/** `age` 0 is the newest. */
export const version = (name: string, age: number): string =>
  `${name}/${3 - Math.floor(age / 10)}.${30 - (age % 10)}.${age % 4}`;

/** A client after its owner upgraded it. */
export function upgraded(agent: string, chance: Chance): string {
  const [name = agent, rest = "1.0"] = [
    agent.slice(0, agent.lastIndexOf("/")),
    agent.slice(agent.lastIndexOf("/") + 1),
  ];
  const [major = 1, minor = 0] = rest.split(".").map(Number);
  return `${name}/${major}.${minor + chance.whole(1, 3)}.0`;
}

/** Some models, the first used most. */
export function models(chance: Chance, count: number): string[] {
  const chosen = new Set<string>();
  while (chosen.size < count)
    chosen.add(chance.weighted(MODELS.map(([name, , share]) => [name, share] as const)));
  return [...chosen];
}

/** Mostly the first of the models, now and then one of the others. */
export function usual(of: readonly string[], chance: Chance): string {
  let index = 0;
  while (index < of.length - 1 && chance.is(0.35)) index += 1;
  return of[index] ?? "gpt-mini";
}

/** What a call of a model costs: long and short prompts differ widely. */
export function cost(model: string, chance: Chance): number {
  const price = MODELS.find(([name]) => name === model)?.[1] ?? 1_000_000;
  return Math.round(price * Math.exp((chance.next() + chance.next() + chance.next() - 1.5) * 1.6));
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
