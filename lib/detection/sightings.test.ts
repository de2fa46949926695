import { describe, expect, it } from "vitest";
import { emptyRow } from "#lib/logs/row";
import { agentOf, familyOf } from "./agent.ts";
import { readRanges } from "./atlas/ranges.ts";
import { foldRows } from "./fold.ts";
import { neighbourhoodOf, networkOf } from "./network.ts";
import { OTHERS } from "./sighting.ts";
import { sightingOf, storedSighting } from "./sighting-row.ts";
import { covers, isTrusted } from "./trust.ts";

describe("a network", () => {
  it("is the /24 or the /48 that an address is in", () => {
    expect(networkOf("203.0.113.9")).toBe("203.0.113.0/24");
    expect(networkOf("2001:db8:1:2::9")).toBe("2001:db8:1::/48");
    expect(networkOf("2001:db8::9")).toBe("2001:db8::/48");
    expect(networkOf("::1")).toBe("0::/48");
    expect(neighbourhoodOf("203.0.113.0/24")).toBe("203.0.0.0/16");
    expect(neighbourhoodOf("2001:db8:1::/48")).toBe("2001:db8::/32");
  });

  it("is vouched for as a whole, or by each of its addresses", () => {
    const ip = { requests: 1, nanoUsd: 0n, firstMs: 0, lastMs: 0 };
    const [seen] = foldRows([{ ...emptyRow, keyId: "k", ip: "203.0.113.9", createdAtMs: 1 }]);
    if (seen === undefined) throw new Error("nothing was seen");
    expect(covers("203.0.0.0/16", "203.0.113.0/24")).toBe(true);
    expect(covers("203.0.113.0/25", "203.0.113.0/24")).toBe(false);
    expect(isTrusted(seen, ["203.0.113.9/32"])).toBe(true);
    expect(
      isTrusted({ ...seen, ips: [...seen.ips, { ...ip, ip: "203.0.113.10" }] }, ["203.0.113.9/32"]),
    ).toBe(false);
    expect(isTrusted(seen, ["2001:db8::/32"])).toBe(false);
  });
});

describe("a client", () => {
  it("is its family and the first two numbers of its version, and no more of a person's machine", () => {
    expect(agentOf("OpenAI/Python 1.99.1")).toBe("openai/python 1.99");
    expect(agentOf("python-requests/2.31.0")).toBe("python-requests 2.31");
    expect(agentOf("claude-cli/1.0.83 (external, cli)")).toBe("claude-cli 1.0");
    expect(
      agentOf("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML) Chrome/128.0.0.0 Safari/537.36"),
    ).toBe("chrome 128");
    expect(agentOf(null)).toBe("none");
    expect(agentOf("  ")).toBe("none");
    expect(agentOf("x".repeat(500))).toHaveLength(40);
    expect(familyOf("openai/python 1.99")).toBe("openai/python");
  });
});

describe("a batch of rows", () => {
  const row = { ...emptyRow, keyId: "00000000-0000-7000-8000-000000000001", status: 200, createdAtMs: 1_000 };

  it("becomes one sighting per key and network, whatever the number of calls", () => {
    const rows = [
      { ...row, ip: "203.0.113.9", costNanoUsd: 5n, model: "a", keyPrefix: "p" },
      { ...row, ip: "203.0.113.9", costNanoUsd: 6n, model: "a", keyPrefix: "p", createdAtMs: 3_000 },
      { ...row, ip: "203.0.113.10", status: 401, repeats: 40, keyPrefix: "old" },
      { ...row, ip: "198.51.100.1", createdAtMs: 2_000 },
      { ...row, ip: null },
      { ...row, ip: "198.51.100.1", keyId: null },
    ];
    const sightings = foldRows(rows);
    // In the order of their first calls: the owner is learnt before a stranger of the same batch is judged.
    expect(sightings.map(({ network }) => network)).toEqual(["203.0.113.0/24", "198.51.100.0/24"]);
    expect(sightings[0]).toMatchObject({
      network: "203.0.113.0/24",
      ...{ requests: 42, refused: 40, nanoUsd: 11n, firstMs: 1_000, lastMs: 3_000 },
      ...{ models: { a: 2 }, prefixes: { p: 2, old: 40 } },
      ips: [{ ip: "203.0.113.9", requests: 2 }, { ip: "203.0.113.10" }],
    });
    const stored = sightings.map(storedSighting)[0] ?? "";
    const read = sightingOf({ key_id: row.keyId, network: "203.0.113.0/24", seen: JSON.parse(stored) });
    expect(read).toEqual(sightings[0]);
  });

  it("counts a client or model by a name that every object has like any other", () => {
    const rows = [1, 2].map(() => ({
      ...row,
      ip: "203.0.113.9",
      userAgent: "constructor",
      model: "toString",
    }));
    expect(foldRows(rows)).toMatchObject([{ agents: { constructor: 2 }, models: { toString: 2 } }]);
    const nameless = { ...row, ip: "203.0.113.9", userAgent: "__proto__", model: "__proto__" };
    expect(foldRows([nameless])).toMatchObject([{ agents: { proto: 1 }, models: { proto: 1 } }]);
  });

  it("tells 32 networks of a key apart and counts the rest together", () => {
    const rows = Array.from({ length: 500 }, (_, n) => ({ ...row, ip: `10.${n >> 8}.${n & 255}.1` }));
    const sightings = foldRows(rows);
    expect(sightings).toHaveLength(33);
    expect(sightings.find(({ network }) => network === OTHERS)?.requests).toBe(468);
  });
});

describe("a table of networks", () => {
  it("tells what stands at an address's range, of both families, and nothing between ranges", () => {
    const reader = readRanges();
    for (const line of [
      "1.0.0.0,1.0.0.255,13335,Cloud Inc",
      '1.0.4.0,1.0.7.255,38803,"Home, Ltd"',
      "2001:200::,2001:200:1b9:ffff:ffff:ffff:ffff:ffff,2500,Wide",
      "2001:200:1ba::,2001:200:1ba:7fff:ffff:ffff:ffff:ffff,2501,Größe",
      "",
    ])
      reader.add(line);
    const ranges = reader.ranges();
    expect(ranges.find("1.0.0.255")).toBe("13335,Cloud Inc");
    expect(ranges.find("1.0.5.1")).toBe('38803,"Home, Ltd"');
    expect(ranges.find("1.0.1.0")).toBeUndefined();
    expect(ranges.find("2001:200:1::1")).toBe("2500,Wide");
    expect(ranges.find("2001:200:1b9:ffff::1")).toBe("2500,Wide");
    expect(ranges.find("2001:200:1ba:7fff::1")).toBe("2501,Größe");
    expect(ranges.find("2001:200:1ba:8000::")).toBeUndefined();
    expect(ranges.find("2001:201::")).toBeUndefined();
    expect(ranges.size).toBe(4);
  });
});
