import { describe, expect, it } from "vitest";
import { observe, type Suspicion, type View } from "./observe.ts";
import { emptyPattern, type Pattern } from "./pattern.ts";
import { readPattern, storedPattern } from "./pattern-row.ts";
import type { Sighting, Whereabouts } from "./sighting.ts";
import { teach } from "./teach.ts";
import { usualOf } from "./usual.ts";

const START = Date.UTC(2026, 8, 1, 8);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const places: Record<string, Whereabouts> = {
  "192.0.2.0/24": { asn: 1, name: "Home", country: "DE", isHosting: false },
  "192.0.3.0/24": { asn: 1, name: "Home", country: "DE", isHosting: false },
  "198.51.100.0/24": { asn: 2, name: "Hotel", country: "FR", isHosting: false },
  "203.0.113.0/24": { asn: 3, name: "Rack Hosting", country: "NL", isHosting: true },
};
const view: View = {
  rules: { minRequests: 100, minHours: 24, threshold: 42 },
  whereabouts: (network) => places[network],
  prefix: "now",
};

function sighting(network: string, atMs: number, more: Partial<Sighting> = {}): Sighting {
  const ip = network.replace("0/24", "7");
  return {
    ...{ keyId: "k", network, firstMs: atMs, lastMs: atMs, requests: 5, refused: 0, nanoUsd: 10_000n },
    ips: [{ ip, requests: 5, nanoUsd: 10_000n, firstMs: atMs, lastMs: atMs }],
    ...{ agents: { "openai/python 1.99": 5 }, models: { "gpt-main": 5 }, prefixes: { now: 5 } },
    ...more,
  };
}

/** Working hours at home, `days` of them. */
function atHome(days: number, pattern = emptyPattern(START), fromDay = 0): Pattern {
  for (let hour = fromDay * 24; hour < (fromDay + days) * 24; hour += 1) {
    if (hour % 24 < 9)
      expect(observe(pattern, sighting("192.0.2.0/24", START + hour * HOUR), view)).toBeUndefined();
  }
  return pattern;
}

const thief = { agents: { "curl 8.5": 2 }, models: { "gpt-pro": 2 } };
const kinds = (found: Suspicion | undefined) => found?.signals.map(({ kind }) => kind);

describe("an unfamiliar use", () => {
  it("from a data centre abroad with another client is found at its first call, with its reasons", () => {
    const pattern = atHome(10);
    const found = observe(pattern, sighting("203.0.113.0/24", START + 10 * DAY, thief), view);
    expect(found).toMatchObject({ isNew: true, networks: ["203.0.113.0/24"], requests: 5, nanoUsd: 10_000n });
    expect(kinds(found)).toEqual(
      expect.arrayContaining([
        "new_network",
        "new_area",
        "new_country",
        "new_hosting",
        "new_client",
        "new_model",
      ]),
    );
    expect(found?.score).toBeGreaterThan(80);
  });

  it.each(["constructor", "toString"])("cannot hide behind the name %s, which every object has", (name) => {
    const named = { agents: Object.fromEntries([[name, 2]]), models: Object.fromEntries([[name, 2]]) };
    const found = observe(atHome(10), sighting("203.0.113.0/24", START + 10 * DAY, named), view);
    expect(kinds(found)).toEqual(expect.arrayContaining(["new_client", "new_model"]));
    expect(found?.score).toBeGreaterThan(80);
    expect(Object.keys(Object).concat(Object.keys(Object.prototype))).toEqual([]);
  });

  it("of a traveller, with the client and model that the key always has, is none", () => {
    const pattern = atHome(10);
    expect(observe(pattern, sighting("198.51.100.0/24", START + 10 * DAY + 5 * HOUR), view)).toBeUndefined();
  });

  it("of a carrier's other network is none", () => {
    expect(observe(atHome(10), sighting("192.0.3.0/24", START + 10 * DAY), view)).toBeUndefined();
  });

  it("is not judged while the key is new", () => {
    expect(observe(atHome(1), sighting("203.0.113.0/24", START + 12 * HOUR, thief), view)).toBeUndefined();
  });

  it("with a secret that was rotated out weighs more than with the one in force", () => {
    const score = (prefix: string) => {
      const seen = sighting("198.51.100.0/24", START + 10 * DAY, { prefixes: { [prefix]: 5 } });
      return observe(atHome(10), seen, { ...view, rules: { ...view.rules, threshold: 1 } })?.score ?? 0;
    };
    expect(score("old")).toBeGreaterThan(score("now") + 30);
  });

  it("is told once, then when it grows, at most once a minute", () => {
    const pattern = atHome(10);
    const at = START + 10 * DAY;
    const told = Array.from({ length: 120 }, (_, second) =>
      observe(pattern, sighting("203.0.113.0/24", at + second * 1_000, thief), view),
    ).filter((found) => found !== undefined);
    expect(told.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(told.length).toBeLessThan(8);
    expect(told.at(-1)?.requests).toBeGreaterThan(told[0]?.requests ?? 0);
  });
});

describe("a key that is judged from its first hour on, by the operator's wish", () => {
  const soon = {
    ...view,
    rules: { ...view.rules, minRequests: 20, minHours: 0 },
    whereabouts: () => undefined,
  };

  it("is suspected of a second network beside its only one, with the same client and model", () => {
    const pattern = emptyPattern(START);
    for (let i = 0; i < 4; i += 1) {
      expect(observe(pattern, sighting("192.0.2.0/24", START + i * 1_000), soon)).toBeUndefined();
    }
    const found = observe(pattern, sighting("203.0.113.0/24", START + 10_000), soon);
    expect(kinds(found)).toEqual(["networks_at_once", "new_area", "new_network", "usual_client"]);
    expect(observe(pattern, sighting("192.0.2.0/24", START + 11_000), soon)).toBeUndefined();
  });
});

describe("learning", () => {
  it("never makes a suspect familiar by itself, but when a person says so", () => {
    const pattern = atHome(10);
    const seen = (day: number) =>
      observe(pattern, sighting("203.0.113.0/24", START + day * DAY, thief), view);
    expect(seen(10)).toBeDefined();
    atHome(3, pattern, 10);
    expect(seen(13)).toBeDefined();
    teach(pattern, ["203.0.113.0/24"]);
    expect(seen(13.1)).toBeUndefined();
    expect(pattern.networks["203.0.113.0/24"]).toBeDefined();
  });

  it("makes a harmless network familiar after a day", () => {
    const pattern = atHome(10);
    observe(pattern, sighting("192.0.3.0/24", START + 10 * DAY), view);
    expect(pattern.networks["192.0.3.0/24"]).toBeUndefined();
    observe(pattern, sighting("192.0.2.0/24", START + 12 * DAY), view);
    expect(pattern.networks["192.0.3.0/24"]).toBeDefined();
  });

  it("forgets a home that was left more than a month ago", () => {
    const pattern = atHome(12);
    for (let day = 12; day < 49; day += 1)
      observe(pattern, sighting("192.0.3.0/24", START + day * DAY), view);
    expect(Object.keys(pattern.networks)).toEqual(["192.0.3.0/24"]);
  });

  it("is stored and read back as it was, and shown in shares", () => {
    const pattern = atHome(10);
    observe(pattern, sighting("203.0.113.0/24", START + 10 * DAY, thief), view);
    const read = readPattern(JSON.parse(storedPattern(pattern)));
    expect(read && storedPattern(read)).toBe(storedPattern(pattern));
    expect(readPattern({ release: 2 })).toBeUndefined();
    const usual = usualOf(read, {
      learning: { minRequests: 100, minHours: 24 },
      trusted: [],
      nowMs: START + 10 * DAY,
    });
    expect(usual.learning).toMatchObject({ isOver: true, requests: 455 });
    expect(usual.networks.map(({ network, state }) => [network, state])).toEqual([
      ["192.0.2.0/24", "familiar"],
      ["203.0.113.0/24", "suspect"],
    ]);
    expect(usual.models).toEqual([{ model: "gpt-main", share: 1 }]);
    expect(usual.hours.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 2);
  });
});
