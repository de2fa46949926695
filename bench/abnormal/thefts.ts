import type { Call } from "./call.ts";
import type { Chance } from "./chance.ts";
import type { Month } from "./honest.ts";
import type { Internet } from "./internet.ts";
import { client, cost, DAY, fleet, HOUR, home, MINUTE, type Place, phone, usual } from "./people.ts";

export const THEFT_KINDS = [
  "slow resale",
  "burst drain",
  "residential proxy",
  "hosting range",
  "shared or leaked",
] as const;
export type TheftKind = (typeof THEFT_KINDS)[number];
export type Theft = { number: number; kind: TheftKind; calls: Call[] };

type Plan = { chance: Chance; internet: Internet; victim: Month; startMs: number };
type Style = { place: Place; agent: string; models: readonly string[]; gapMs: number; forMs: number };

const DEAR = ["claude-large", "gpt-pro", "o-reason", "claude-main", "gpt-main"];
const MOST_CALLS = 600;

/** What a thief does with a key from `startMs` on. The thief knows the secret, not how the key is used. */
export function theftOf(kind: TheftKind, number: number, plan: Plan): Theft {
  const calls = STYLES[kind](plan).flatMap((style) => callsOf(style, plan, number));
  calls.sort((a, b) => a.atMs - b.atMs);
  return { number, kind, calls };
}

const STYLES: Record<TheftKind, (plan: Plan) => Style[]> = {
  /** A reseller's relay in a data centre: a few calls an hour, day and night, for whoever pays it. */
  "slow resale": (plan) => [
    {
      place: rack(plan, plan.chance.whole(1, 3)),
      agent: client(
        plan.chance,
        plan.chance.is(0.5) ? plan.chance.pick(["one-api", "Go-http-client", "axios"]) : undefined,
      ),
      models: wanted(plan, 0.6),
      gapMs: plan.chance.whole(2, 20) * MINUTE,
      forMs: 4 * DAY,
    },
  ],
  /** Everything at once, from many machines, until the balance is gone. */
  "burst drain": (plan) => [
    {
      place: plan.chance.is(0.6) ? rack(plan, plan.chance.whole(5, 40)) : proxies(plan, anyCountry(plan)),
      agent: client(plan.chance),
      models: wanted(plan, 0.85),
      gapMs: plan.chance.whole(200, 2_000),
      forMs: 2 * HOUR,
    },
  ],
  /** Homes for hire in the owner's own country: another address for each call. */
  "residential proxy": (plan) => [
    {
      place: proxies(plan, plan.victim.country),
      agent: client(plan.chance),
      models: wanted(plan, 0.6),
      gapMs: plan.chance.whole(10, 120) * 1_000,
      forMs: 8 * HOUR,
    },
  ],
  /** One rented machine. */
  "hosting range": (plan) => [
    {
      place: rack(plan, 1),
      agent: client(plan.chance),
      models: wanted(plan, 0.6),
      gapMs: plan.chance.whole(2, 15) * 1_000,
      forMs: 6 * HOUR,
    },
  ],
  /** Passed on among people, or found in a build's log and tried from other people's builds. */
  "shared or leaked": (plan) => (plan.chance.is(0.5) ? shared(plan) : leaked(plan)),
};

function shared(plan: Plan): Style[] {
  const { chance, internet, victim } = plan;
  return Array.from({ length: chance.whole(3, 8) }, () => {
    const country = chance.is(0.6) ? victim.country : chance.weighted(internet.countries);
    const carrier = chance.pick(internet.of(chance.is(0.25) ? "mobile" : "home", country));
    const place =
      carrier.kind === "mobile" ? phone(internet, carrier, chance) : home(internet, carrier, chance, 0);
    const agent = client(
      chance,
      chance.is(0.6) ? chance.pick(["Cherry-Studio", "chatbox", "lobe-chat", "Cursor"]) : undefined,
    );
    return {
      place,
      agent,
      models: wanted(plan, 0.5),
      gapMs: chance.whole(20, 240) * 1_000,
      forMs: 10 * HOUR,
    };
  });
}

function leaked(plan: Plan): Style[] {
  const { chance, internet } = plan;
  const runners = chance.pick(internet.of("cloud"));
  const agent = chance.is(0.5) ? plan.victim.agent : client(chance);
  const place: Place = () => internet.address(runners, chance.whole(0, 1e6), chance.whole(0, 253));
  return [{ place, agent, models: wanted(plan, 0.5), gapMs: chance.whole(5, 90) * 1_000, forMs: 8 * HOUR }];
}

function callsOf(style: Style, { chance, startMs }: Plan, theft: number): Call[] {
  const calls: Call[] = [];
  let at = startMs + chance.wait(style.gapMs);
  while (calls.length < MOST_CALLS && at < startMs + style.forMs) {
    const model = usual(style.models, chance);
    const [ip, status] = [style.place(at), chance.is(0.04) ? 429 : 200];
    const nanoUsd = status === 200 ? cost(model, chance) : 0;
    calls.push({ atMs: at, ip, agent: style.agent, model, nanoUsd, status, usesRetired: false, theft });
    at += chance.wait(style.gapMs);
  }
  return calls;
}

/** What thieves ask for: the dear models (`greed` is how likely), or whatever is popular, by chance the victim's own. */
function wanted({ chance, victim }: Plan, greed: number): string[] {
  if (chance.is(greed)) return [chance.pick(DEAR), chance.pick(DEAR)];
  return chance.is(0.5) ? victim.models : ["gpt-main", "claude-main", "gpt-mini"];
}

function rack({ chance, internet }: Plan, machines: number): Place {
  const carrier = chance.pick(internet.of(chance.is(0.5) ? "cloud" : "hoster"));
  return fleet(internet, carrier, chance, machines, 0);
}

function proxies({ chance, internet }: Plan, country: string): Place {
  const carriers = internet.of("home", country);
  return () => internet.address(chance.pick(carriers), chance.whole(0, 1e6), chance.whole(0, 253));
}

const anyCountry = ({ chance, internet }: Plan) => chance.weighted(internet.countries);
