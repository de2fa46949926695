import type { Call } from "./call.ts";
import type { Chance } from "./chance.ts";
import type { Carrier, Internet } from "./internet.ts";
import {
  client,
  cost,
  DAY,
  fleet,
  HOUR,
  home,
  MINUTE,
  models,
  type Place,
  phone,
  upgraded,
  usual,
} from "./people.ts";

export const KEY_KINDS = ["developer", "phone", "office", "server", "ci", "serverless"] as const;
export type KeyKind = (typeof KEY_KINDS)[number];
export type Month = {
  kind: KeyKind;
  country: string;
  zoneHours: number;
  models: string[];
  agent: string;
  calls: Call[];
};

type Life = {
  chance: Chance;
  internet: Internet;
  startMs: number;
  days: number;
  country: string;
  zoneHours: number;
  agent: string;
  models: string[];
  calls: Call[];
};

const SHARES: readonly (readonly [KeyKind, number])[] = [
  ["developer", 38], ["phone", 8], ["office", 16], ["server", 20], ["ci", 10], ["serverless", 8],
]; // biome-ignore format: a table

/** A month of honest calls of one key, with what changes in a month: travel, moves, holidays, upgrades, new models. */
export function honestMonth(internet: Internet, chance: Chance, startMs: number, days: number): Month {
  const kind = chance.weighted(SHARES);
  const country = chance.weighted(internet.countries);
  const life: Life = {
    chance,
    internet,
    startMs,
    days,
    country,
    zoneHours: chance.whole(-8, 10),
    agent: client(chance, clientFor(kind, chance)),
    models: models(chance, chance.whole(1, 4)),
    calls: [],
  };
  LIVES[kind](life);
  changeClients(life);
  addStragglers(life);
  life.calls.sort((a, b) => a.atMs - b.atMs);
  return {
    kind,
    country,
    zoneHours: life.zoneHours,
    models: life.models,
    agent: life.agent,
    calls: life.calls,
  };
}

function clientFor(kind: KeyKind, chance: Chance): string | undefined {
  if (kind === "phone") return chance.pick(["okhttp", "chatbox"]);
  if (kind === "ci") return chance.pick(["OpenAI/Python", "claude-cli", "curl"]);
  return undefined;
}

const LIVES: Record<KeyKind, (life: Life) => void> = {
  developer(life) {
    const { chance } = life;
    const own = anyHome(life, chance.is(0.3) ? 9 : 0);
    const office = chance.is(0.5) ? anyOffice(life) : undefined;
    const tether = chance.is(0.3) ? phoneIn(life) : undefined;
    const trips = journeys(life);
    const big = chance.is(0.2) ? chance.whole(2, life.days - 1) : -1;
    for (let day = 0; day < life.days; day += 1) {
      const trip = trips.find(({ from, to }) => day >= from && day < to);
      const isWeekend = (day + 4) % 7 >= 5;
      if (trip?.isSilent || (isWeekend && chance.is(0.6)) || chance.is(0.08)) continue;
      const away = trip?.place ?? (tether !== undefined && chance.is(0.12) ? tether : undefined);
      const sessions = chance.whole(1, day === big ? 9 : 5);
      for (let i = 0; i < sessions; i += 1) {
        const at = localTime(life, day, chance.is(0.15) ? 22 : 9 + chance.next() * 11);
        const place = away ?? (office !== undefined && !isWeekend && i < 3 ? office : own);
        session(life, at, place, day === big ? 120 : chance.whole(4, 40), chance.whole(20, 150) * 1000);
      }
    }
  },
  phone(life) {
    const { chance } = life;
    const place = phoneIn(life);
    const own = anyHome(life, 12);
    const trips = journeys(life);
    for (let day = 0; day < life.days; day += 1) {
      const trip = trips.find(({ from, to }) => day >= from && day < to);
      if (trip?.isSilent) continue;
      for (let i = chance.whole(2, 7); i > 0; i -= 1) {
        const at = localTime(life, day, 7 + chance.next() * 16);
        session(life, at, trip?.place ?? (chance.is(0.35) ? own : place), chance.whole(2, 10), 45_000);
      }
    }
  },
  office(life) {
    const { chance } = life;
    const offices = [anyOffice(life), ...(chance.is(0.4) ? [anyOffice(life)] : [])];
    const people = Array.from({ length: chance.whole(3, 9) }, () => {
      const homes = anyHome(life, chance.is(0.4) ? 10 : 0);
      const agent = chance.is(0.6) ? life.agent : client(chance);
      return {
        homes,
        agent,
        startsOn: chance.is(0.12) ? chance.whole(5, life.days) : 0,
        trips: journeys(life, 0.06),
      };
    });
    for (let day = 0; day < life.days; day += 1) {
      if ((day + 4) % 7 >= 5 && chance.is(0.85)) continue;
      for (const person of people) {
        if (day < person.startsOn || chance.is(0.25)) continue;
        const trip = person.trips.find(({ from, to }) => day >= from && day < to);
        if (trip?.isSilent) continue;
        const place = trip?.place ?? (chance.is(0.35) ? person.homes : chance.pick(offices));
        for (let i = chance.whole(1, 3); i > 0; i -= 1) {
          const at = localTime(life, day, 9 + chance.next() * 9);
          session(life, at, place, chance.whole(3, 20), 60_000, person.agent);
        }
      }
    }
  },
  server(life) {
    const { chance } = life;
    const start = cloudIn(life);
    let place = fleet(life.internet, start, chance, chance.whole(1, 6), chance.is(0.4) ? 4 : 0);
    const movesOn = chance.is(0.3) ? chance.whole(3, life.days - 1) : -1;
    const overlap = chance.whole(1, 36) * HOUR;
    const next = chance.is(0.6) ? start : cloudIn(life);
    const after = fleet(life.internet, next, chance, chance.whole(1, 6), 0);
    const campaign = chance.is(0.15) ? chance.whole(2, life.days - 1) : -1;
    const perDay = Math.exp(3.5 + chance.next() * 3);
    const office = chance.is(0.3) ? anyOffice(life) : undefined;
    for (let day = 0; day < life.days; day += 1) {
      if (day > movesOn + 2 && movesOn >= 0) place = after;
      const count = Math.round(
        perDay * (0.7 + chance.next() * 0.6) * (day === campaign ? chance.whole(3, 9) : 1),
      );
      for (let i = 0; i < count; i += 1) {
        const at = localTime(life, day, ((chance.next() + chance.next()) * 12) % 24);
        const moved = movesOn >= 0 && at > life.startMs + movesOn * DAY + chance.next() * overlap;
        add(life, at, (moved ? after : place)(at));
      }
      if (office !== undefined && chance.is(0.2))
        session(life, localTime(life, day, 14), office, 6, 40_000, client(chance, "curl"));
    }
  },
  ci(life) {
    const { chance } = life;
    const runners = chance.pick(life.internet.of("cloud"));
    const own = anyHome(life, 20);
    for (let day = 0; day < life.days; day += 1) {
      const isWeekend = (day + 4) % 7 >= 5;
      const jobs = isWeekend ? chance.whole(0, 2) : chance.whole(3, 14);
      for (let i = 0; i < jobs; i += 1) {
        const address = life.internet.address(runners, chance.whole(0, 1e6), chance.whole(0, 253));
        session(
          life,
          localTime(life, day, 8 + chance.next() * 13),
          () => address,
          chance.whole(4, 25),
          4_000,
        );
      }
      if (chance.is(0.25)) session(life, localTime(life, day, 16), own, 8, 60_000);
    }
  },
  serverless(life) {
    const { chance } = life;
    const edge = chance.pick(life.internet.of("cloud"));
    const ranges = life.internet.of("cloud").filter(({ id }) => id === edge.id);
    const perDay = Math.exp(3.5 + chance.next() * 2.5);
    for (let day = 0; day < life.days; day += 1) {
      for (let i = Math.round(perDay * (0.7 + chance.next() * 0.6)); i > 0; i -= 1) {
        const at = localTime(life, day, ((chance.next() + chance.next()) * 12) % 24);
        add(life, at, life.internet.address(chance.pick(ranges), chance.whole(0, 40), chance.whole(0, 253)));
      }
    }
  },
};

type Journey = { from: number; to: number; isSilent: boolean; place: Place };

/** Holidays and business: some are silent, some go on from a hotel or a phone, two in five of them abroad. */
function journeys(life: Life, perMonth = 0.4): Journey[] {
  const { chance, internet } = life;
  const made: Journey[] = [];
  for (let day = chance.whole(1, 20); day < life.days && chance.is(perMonth); day += 15) {
    const country = chance.is(0.45) ? chance.weighted(internet.countries) : life.country;
    const carrier = chance.pick(internet.of(chance.is(0.3) ? "mobile" : "home", country));
    const place =
      carrier.kind === "mobile" ? phone(internet, carrier, chance) : home(internet, carrier, chance, 3);
    made.push({ from: day, to: day + chance.whole(2, 11), isSilent: chance.is(0.4), place });
  }
  return made;
}

/** A family upgrades now and then, a few change their client, some take up a new model. */
function changeClients(life: Life): void {
  const { chance } = life;
  life.calls.sort((a, b) => a.atMs - b.atMs);
  const at = () => life.startMs + chance.next() * life.days * DAY;
  for (const upgradeAt of Array.from({ length: chance.whole(0, 2) }, at)) {
    const names = new Map<string, string>();
    for (const call of life.calls) {
      if (call.atMs < upgradeAt) continue;
      if (!names.has(call.agent)) names.set(call.agent, upgraded(call.agent, chance));
      call.agent = names.get(call.agent) ?? call.agent;
    }
  }
  if (chance.is(0.08)) replaceFrom(life, at(), { agent: client(chance) }, 1);
  if (chance.is(0.3)) replaceFrom(life, at(), { model: chance.pick(models(chance, 3)) }, chance.next());
  if (chance.is(0.12)) replaceWithin(life, at(), 20 * MINUTE);
}

function replaceFrom(life: Life, fromMs: number, what: Partial<Call>, share: number): void {
  for (const call of life.calls) {
    if (call.atMs < fromMs || !life.chance.is(share)) continue;
    Object.assign(call, what);
    call.nanoUsd = cost(call.model, life.chance);
  }
}

/** A client that asks too fast, for a while: 429. */
function replaceWithin(life: Life, fromMs: number, forMs: number): void {
  for (const call of life.calls) {
    if (call.atMs < fromMs || call.atMs > fromMs + forMs) continue;
    Object.assign(call, { status: 429, nanoUsd: 0 });
  }
}

/** After a rotation one machine still has the old secret for a day. */
function addStragglers(life: Life): void {
  const { chance, calls } = life;
  if (!chance.is(0.1)) return;
  const from = life.startMs + chance.next() * life.days * DAY;
  for (const call of calls) {
    if (call.atMs > from && call.atMs < from + DAY && chance.is(0.1))
      Object.assign(call, { usesRetired: true, status: 401, nanoUsd: 0 });
  }
}

function session(
  life: Life,
  fromMs: number,
  place: Place,
  count: number,
  gapMs: number,
  agent?: string,
): void {
  let at = fromMs;
  for (let i = 0; i < count; i += 1) {
    add(life, at, place(at), agent);
    at += life.chance.wait(gapMs);
  }
}

function add(life: Life, atMs: number, ip: string, agent = life.agent): void {
  const model = usual(life.models, life.chance);
  const status = life.chance.is(0.01) ? 500 : 200;
  life.calls.push({ atMs, ip, agent, model, nanoUsd: cost(model, life.chance), status, usesRetired: false });
}

const localTime = (life: Life, day: number, hour: number) =>
  life.startMs + day * DAY + (((hour - life.zoneHours + 24) % 24) + life.chance.next() * 0.5) * HOUR;
const anyHome = (life: Life, daysPerLease: number) =>
  home(life.internet, life.chance.pick(life.internet.of("home", life.country)), life.chance, daysPerLease);
const anyOffice = (life: Life) =>
  home(life.internet, life.chance.pick(life.internet.of("office", life.country)), life.chance, 0);
const phoneIn = (life: Life) =>
  phone(life.internet, life.chance.pick(life.internet.of("mobile", life.country)), life.chance);
function cloudIn({ internet, chance }: Life): Carrier {
  return chance.pick(internet.of(chance.is(0.75) ? "cloud" : "hoster"));
}
