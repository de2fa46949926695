import { createReadStream } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { log } from "#lib/runtime/log";
import type { Whereabouts } from "../sighting.ts";
import { isHosting } from "./hosting.ts";
import { createRanges, type Ranges } from "./ranges.ts";

/** Files of a folder of tables, IPv4 and IPv6: "first,last,asn,name" and "first,last,country". */
const CARRIERS = ["asn/asn-ipv4.csv", "asn/asn-ipv6.csv"];
const COUNTRIES = ["asn-country/asn-country-ipv4.csv", "asn-country/asn-country-ipv6.csv"];
/** So many bytes are read between two turns of the event loop, which calls are waiting for. */
const BYTES_A_TURN = 64 * 1024;

/** Says of an address whose it is and where. Until the tables are loaded, and without them, of none. */
export type Atlas = { find(ip: string): Whereabouts | undefined; ranges(): number };

/** Loads the tables that stand in a folder, some milliseconds at a time; what is missing is done without. */
export function openAtlas(folder: string): Atlas {
  const carriers = createRanges();
  const countries = createRanges();
  let isLoaded = false;
  const loading = Promise.all([
    load(
      CARRIERS.map((file) => join(folder, file)),
      carriers,
    ),
    load(
      COUNTRIES.map((file) => join(folder, file)),
      countries,
    ),
  ]);
  loading.then(
    () => {
      isLoaded = true;
      log().info({ carriers: carriers.size(), countries: countries.size() }, "tables of networks are loaded");
    },
    (err) =>
      log().warn({ err }, "tables of networks could not be read: networks are told apart without them"),
  );
  return {
    ranges: () => (isLoaded ? carriers.size() + countries.size() : 0),
    find: (ip) => (isLoaded ? whereabouts(ip, carriers, countries) : undefined),
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

async function load(files: readonly string[], into: Ranges): Promise<void> {
  for (const file of files) {
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    let rest = "";
    for await (const chunk of createReadStream(file, { encoding: "utf8", highWaterMark: BYTES_A_TURN })) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) into.add(line);
      await turn();
    }
    into.add(rest);
  }
}
