import { readFile, writeFile } from "node:fs/promises";
import { APIError } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FaultCase, type FaultResult, inParallel, runFault } from "./support/fault-bench.ts";
import { faultTable } from "./support/fault-table.ts";
import { startWorld, type World } from "./support/world.ts";

const cases: readonly FaultCase[] = [
  { name: "refuses the connection", behaviour: "ok-unreached", baseUrl: "http://127.0.0.1:9/v1" },
  { name: "resets the connection", behaviour: "fault-reset" },
  { name: "hangs before headers", behaviour: "fault-hang" },
  { name: "hangs before the first token", behaviour: "fault-hang-after-headers" },
  { name: "stalls in the middle", behaviour: "fault-stall" },
  { name: "is cut before the first event", behaviour: "fault-cut-before" },
  { name: "is cut after the first event", behaviour: "fault-cut-after" },
  { name: "malformed from the start", behaviour: "fault-malformed-first" },
  { name: "malformed later", behaviour: "fault-malformed-later" },
  { name: "empty 200", behaviour: "fault-empty" },
  { name: "HTML instead of JSON", behaviour: "fault-html" },
  { name: "garbage called gzip", behaviour: "fault-gzip-garbage" },
  { name: "gzip that nobody asked for", behaviour: "fault-gzip" },
  { name: "401", behaviour: "fault-401" },
  { name: "402", behaviour: "fault-402" },
  { name: "403", behaviour: "fault-403" },
  { name: "403 WAF page", behaviour: "fault-403-waf" },
  { name: "404 unknown model", behaviour: "fault-404" },
  { name: "408", behaviour: "fault-408" },
  { name: "429", behaviour: "fault-429" },
  { name: "429 with Retry-After", behaviour: "fault-429-retry-after" },
  { name: "429 once, with Retry-After", behaviour: "fault-429-once" },
  { name: "429 quota exhausted", behaviour: "fault-429-quota" },
  { name: "500", behaviour: "fault-500" },
  { name: "502", behaviour: "fault-502" },
  { name: "503", behaviour: "fault-503" },
  { name: "529", behaviour: "fault-529" },
  { name: "slow drip", behaviour: "fault-drip" },
  { name: "context length", behaviour: "fault-context-length" },
  { name: "context length, B takes more", behaviour: "fault-context-length", contextWindow: 90_000_000 },
  { name: "content policy", behaviour: "fault-content-policy" },
];

/** Shown as it is, whoever else could answer: the call itself is at fault. */
const callersFault = new Set(["context length", "content policy"]);
/** The same, unless another channel takes longer prompts. */
const tooLong = "context length, B takes more";
/** Nothing is wrong with these in the end. */
const harmless = new Set(["slow drip", "gzip that nobody asked for"]);
const patient = "429 once, with Retry-After";
/** A stream that fails after its first event can go nowhere else. */
const afterFirstEvent = new Set(["stalls in the middle", "is cut after the first event", "malformed later"]);

const table = "docs/faults.md";
let world: World;
let accountId: string;
let results: FaultResult[];

beforeAll(async () => {
  world = await startWorld();
  const { key, account } = await world.operator.customer("1000");
  accountId = account.id;
  const tasks = cases.flatMap((fault) =>
    [false, true].flatMap((stream) =>
      ([1, 2] as const).map((channels) => () => runFault(world, key.secret, fault, { stream, channels })),
    ),
  );
  results = await inParallel(tasks, 8);
});
afterAll(() => world?.stop());

const label = ({ name, stream, channels }: FaultResult) =>
  `${name}, ${stream ? "stream" : "JSON"}, ${channels} channel(s)`;
const isCutStream = ({ name, stream }: FaultResult) => stream && afterFirstEvent.has(name);

describe("an upstream that fails", () => {
  it("is not noticed when a healthy channel is left and nothing was delivered yet", () => {
    const others = results.filter(
      (one) => one.channels === 2 && !callersFault.has(one.name) && !isCutStream(one),
    );
    expect(others.length).toBeGreaterThan(40);
    expect(others.filter(({ outcome }) => outcome.kind !== "whole").map(label)).toEqual([]);
    for (const { row, ...one } of others) {
      expect([label({ row, ...one }), row.status, row.attempts.at(-1)?.errorClass]).toEqual([
        label({ row, ...one }),
        200,
        null,
      ]);
    }
  });

  it("that has no channel beside it is an error of the gateway, never a 401, and costs nothing", () => {
    const alone = results.filter(
      (one) =>
        one.channels === 1 &&
        ![...callersFault, ...harmless, tooLong, patient].includes(one.name) &&
        !isCutStream(one),
    );
    expect(alone.length).toBeGreaterThan(40);
    for (const { outcome, row, ...one } of alone) {
      const status = outcome.kind === "refused" ? (outcome.error.status ?? 0) : 0;
      expect([one.name, status >= 500 || status === 429, row.cost]).toEqual([one.name, true, "0"]);
    }
  });

  it("only in being slow, or in compressing unasked, is not even noticed alone", () => {
    const fine = results.filter((one) => harmless.has(one.name));
    expect(fine.map((one) => [label(one), one.outcome.kind, one.row.attempts.length])).toEqual(
      fine.map((one) => [label(one), "whole", 1]),
    );
    expect(fine).toHaveLength(harmless.size * 4);
  });

  it("only in asking for a second's patience gets it, where nobody else could answer", () => {
    const waited = results.filter((one) => one.name === patient && one.channels === 1);
    for (const { outcome, row } of waited) {
      expect([outcome.kind, row.attempts.map(({ errorClass }) => errorClass)]).toEqual([
        "whole",
        ["rate_limited", null],
      ]);
      expect(row.attempts[1]?.reason).toBe("waited");
    }
    expect(waited).toHaveLength(2);
  });

  it("in the middle of a stream raises in the official client, which had what was delivered before", () => {
    const cut = results.filter(isCutStream);
    expect(cut).toHaveLength(afterFirstEvent.size * 2);
    for (const { outcome, row, name } of cut) {
      expect([name, outcome.kind]).toEqual([name, "cut"]);
      if (outcome.kind !== "cut") continue;
      expect(outcome.error).toBeInstanceOf(APIError);
      expect(outcome.words).toBeGreaterThan(0);
      expect(row).toMatchObject({ usageSource: "counted" });
    }
  });

  it("because the call itself is wrong shows the caller upstream's 400, and is not tried elsewhere", () => {
    for (const { outcome, row, name } of results.filter((one) => callersFault.has(one.name))) {
      expect(outcome).toMatchObject({ kind: "refused", error: { status: 400 } });
      expect([name, row.cost]).toEqual([name, "0"]);
    }
  });

  it("never has its own words or its credential shown", () => {
    const texts = results.map(({ outcome, row }) =>
      JSON.stringify([outcome.kind === "whole" ? "" : String(outcome.error), row]),
    );
    expect(texts.filter((text) => /SECRET-ECHO|sk-upstream|Incorrect API key/.test(text))).toEqual([]);
  });

  it("leaves nothing held, and books that balance", async () => {
    expect((await world.operator.account(accountId)).held).toBe("0");
    await expect
      .poll(() => world.operator.need<{ ok: boolean }>("POST", "/api/ledger/verify", {}), { timeout: 10_000 })
      .toMatchObject({ ok: true, differences: [] });
  });

  it(`does what ${table} says`, async () => {
    const written = faultTable(results);
    if (process.env.UPDATE_FAULTS === "1") await writeFile(table, written);
    expect(await readFile(table, "utf8")).toBe(written);
  });
});

if (process.env.TEST_FULL === "1") {
  it("and hangs at the default time limits has its streams answered elsewhere within 10 s", async () => {
    const { key } = await world.operator.customer();
    for (const behaviour of ["fault-hang", "fault-hang-after-headers"]) {
      const cell = { stream: true, channels: 2 } as const;
      const result = await runFault(world, key.secret, { name: behaviour, behaviour }, cell, {});
      expect([behaviour, result.outcome.kind]).toEqual([behaviour, "whole"]);
      expect(result.elapsedMs).toBeGreaterThan(7_500);
      expect(result.elapsedMs).toBeLessThan(10_000);
      console.log(
        `${behaviour} at default limits: answered elsewhere after ${Math.round(result.elapsedMs)} ms`,
      );
    }
  });
}
