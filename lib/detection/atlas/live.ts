import { createReadStream } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { log } from "#lib/runtime/log";
import type { Whereabouts } from "../sighting.ts";
import { isHosting } from "./hosting.ts";
import { type Ranges, readRanges } from "./ranges.ts";

/** Files of a folder of tables, IPv4 and IPv6: "first,last,asn,name" and "first,last,country". */
const CARRIERS = ["asn/asn-ipv4.csv", "asn/asn-ipv6.csv"];
const COUNTRIES = ["asn-country/asn-country-ipv4.csv", "asn-country/asn-country-ipv6.csv"];
/** So many bytes are read between two turns of the event loop, which calls are waiting for. */
const BYTES_A_TURN = 64 * 1024;

/** Says of an address whose it is and where. Until the tables are loaded, and without them, of none. */
export type Atlas = { find(ip: string): Whereabouts | undefined; ranges(): number };

/** Loads the tables that stand in a folder, some milliseconds at a time; what is missing is done without. */
export function openAtlas(folder: string): Atlas {
  let loaded: { carriers: Ranges; countries: Ranges } | undefined;
  Promise.all([load(folder, CARRIERS), load(folder, COUNTRIES)]).then(
    ([carriers, countries]) => {
      loaded = { carriers, countries };
      log().info({ carriers: carriers.size, countries: countries.size }, "tables of networks are loaded");
    },
    (err) =>
      log().warn({ err }, "tables of networks could not be read: networks are told apart without them"),
  );
  return {
    ranges: () => (loaded === undefined ? 0 : loaded.carriers.size + loaded.countries.size),
    find: (ip) => (loaded === undefined ? undefined : whereabouts(ip, loaded.carriers, loaded.countries)),
  };
}

function whereabouts(ip: string, carriers: Ranges, countries: Ranges): Whereabouts | undefined {
  const carrier = carriers.find(ip);
  if (carrier === undefined) return undefined;
  const comma = carrier.indexOf(",");
  const asn = Number(carrier.slice(0, comma));
  const name = carrier
    .slice(comma + 1)
    .replace(/^"|"$/g, "")
    .slice(0, 60);
  return { asn, name, country: countries.find(ip) ?? null, isHosting: isHosting(asn, name) };
}

async function load(folder: string, files: readonly string[]): Promise<Ranges> {
  const reader = readRanges();
  for (const name of files) {
    const file = join(folder, name);
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    let rest = "";
    for await (const chunk of createReadStream(file, { encoding: "utf8", highWaterMark: BYTES_A_TURN })) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) reader.add(line);
      await turn();
    }
    reader.add(rest);
  }
  return reader.ranges();
}
