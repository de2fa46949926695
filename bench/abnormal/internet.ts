import { type Chance, chanceOf } from "./chance.ts";

export type Carrier = {
  id: number;
  name: string;
  country: string;
  kind: "home" | "mobile" | "office" | "cloud" | "hoster";
  /** How many /24 it has. */
  networks: number;
  /** Number of its first /24, counted from 1.0.0.0. */
  firstNetwork: number;
  /** Whether tables of networks know it. */
  isListed: boolean;
};

export type Internet = {
  countries: readonly (readonly [string, number])[];
  of(kind: Carrier["kind"], country?: string): readonly Carrier[];
  /** An address in one of a carrier's networks, `network` counted from its first. */
  address(carrier: Carrier, network: number, host: number): string;
  carrierOf(ip: string): Carrier | undefined;
};

const COUNTRIES: readonly (readonly [string, number])[] = [
  ["US", 20], ["CN", 16], ["IN", 9], ["DE", 6], ["GB", 5], ["JP", 5], ["FR", 4], ["BR", 4], ["KR", 3], ["CA", 3],
  ["SG", 3], ["NL", 3], ["VN", 2], ["ID", 2], ["RU", 2], ["TW", 2], ["HK", 2], ["AU", 2], ["ES", 2], ["IT", 2],
  ["PL", 2], ["TR", 2], ["MX", 1], ["SE", 1], ["CH", 1], ["UA", 1], ["TH", 1], ["MY", 1], ["AR", 1], ["ZA", 1],
]; // biome-ignore format: a table

/** An internet of its own: countries with carriers of homes, phones and offices, and clouds with ranges in many countries. */
export function makeInternet(seed: number): Internet {
  const chance = chanceOf(seed * 7_919 + 1);
  const carriers: Carrier[] = [];
  let taken = 0;
  function add(kind: Carrier["kind"], country: string, name: string, networks: number, id?: number): void {
    const own = id ?? 1_000 + carriers.length;
    carriers.push({ id: own, name, country, kind, networks, firstNetwork: taken, isListed: chance.is(0.95) });
    taken += networks;
  }
  for (const [country, size] of COUNTRIES) {
    for (let i = 0; i < 3 + Math.min(4, size / 3); i += 1)
      add("home", country, `${country} Broadband ${i}`, chance.whole(300, 600 + size * 60));
    for (let i = 0; i < 3; i += 1) add("mobile", country, `${country} Mobile ${i}`, chance.whole(40, 200));
    for (let i = 0; i < 6; i += 1) add("office", country, `${country} Business ${i}`, chance.whole(40, 200));
  }
  addClouds(chance, add);
  return withLookUp(carriers);
}

/** Clouds are one carrier each with ranges in several countries; hosters have one country. */
function addClouds(
  chance: Chance,
  add: (kind: Carrier["kind"], country: string, name: string, networks: number, id?: number) => void,
): void {
  const homes = ["US", "DE", "SG", "JP", "GB", "NL", "IN", "FR", "HK", "KR"];
  for (let i = 0; i < 8; i += 1) {
    for (const country of homes.slice(0, 4 + (i % 5)))
      add("cloud", country, `Nimbus ${i} Cloud`, chance.whole(200, 900), 100 + i);
  }
  for (let i = 0; i < 24; i += 1)
    add("hoster", chance.weighted(COUNTRIES), `Rack ${i} Hosting`, chance.whole(20, 120));
}

function withLookUp(carriers: readonly Carrier[]): Internet {
  const groups = Map.groupBy(carriers, ({ kind }) => kind);
  const inCountry = Map.groupBy(carriers, ({ kind, country }) => `${kind} ${country}`);
  return {
    countries: COUNTRIES,
    of: (kind, country) =>
      (country === undefined ? groups.get(kind) : inCountry.get(`${kind} ${country}`)) ?? [],
    address(carrier, network, host) {
      const number = carrier.firstNetwork + (network % carrier.networks);
      const [a, b, c] = [1 + (number >> 16), (number >> 8) & 255, number & 255];
      return `${a}.${b}.${c}.${1 + (host % 254)}`;
    },
    carrierOf(ip) {
      const [a = 0, b = 0, c = 0] = ip.split(".").map(Number);
      return find(carriers, ((a - 1) << 16) + (b << 8) + c);
    },
  };
}

function find(carriers: readonly Carrier[], network: number): Carrier | undefined {
  let [low, high] = [0, carriers.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const carrier = carriers[middle];
    if (carrier === undefined) return undefined;
    if (network < carrier.firstNetwork) high = middle - 1;
    else if (network >= carrier.firstNetwork + carrier.networks) low = middle + 1;
    else return carrier;
  }
  return undefined;
}
