import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPlainText } from "#lib/core/shapes";
import { lastRanges } from "./filter-fields.ts";
import type { LogFilters } from "./filter-keys.ts";
import { readFilterText, writeFilterText } from "./filter-text.ts";
import { wordAt } from "./filter-words.ts";

const id = "019aa0c4-0000-7000-8000-00000000000a";

describe("a typed filter", () => {
  it.each<[string, LogFilters]>([
    [
      "ip:10.0.0.0/8 status:429 model:gpt cost:>0.05",
      { cidr: "10.0.0.0/8", status: "429", model: "gpt", minCost: "0.050000001" },
    ],
    [`key:${id} account:${id.toUpperCase()} channel:${id}`, { keyId: id, accountId: id, channelId: id }],
    ["tokens:>1000 latency:>2s stream:yes", { minTokens: "1001", minLatencyMs: "2001", stream: "true" }],
    ["cost:>=0.05 tokens:<=5k latency:<1.5s", { minCost: "0.05", maxTokens: "5000", maxLatencyMs: "1499" }],
    ["cost:$1..2 tokens:10", { minCost: "1", maxCost: "2", minTokens: "10", maxTokens: "10" }],
    ["cost:>1 cost:<2", { minCost: "1.000000001", maxCost: "1.999999999" }],
    [
      'code:rate_limit_exceeded ua:"Open AI/1.0 \\"x\\"" last:24h',
      { errorCode: "rate_limit_exceeded", userAgent: 'Open AI/1.0 "x"', range: "24h" },
    ],
    [
      "from:2026-11-01 to:2026-11-02T08:30+08:00",
      { from: "2026-11-01T00:00:00.000Z", to: "2026-11-02T00:30:00.000Z" },
    ],
    ["ip:::ffff:203.0.113.7", { ip: "203.0.113.7" }],
    ["net:2001:DB8::/48", { cidr: "2001:db8::/48" }],
    [id, { requestId: id }],
    ["203.0.113.7 status:failed", { ip: "203.0.113.7", status: "failed" }],
    ["2001:db8::7", { ip: "2001:db8::7" }],
    ["key:sk-tg-AbCdEfGhIjKlMnOp", { keyPrefix: "sk-tg-AbCdEf" }],
    ["", {}],
  ])("%s", (text, filters) => {
    expect(readFilterText(text)).toEqual({ filters, names: [], errors: [] });
  });

  it("keeps a name apart, for somebody to look up", () => {
    expect(readFilterText('key:"Production backend" status:4xx')).toEqual({
      filters: { status: "4xx" },
      names: [{ key: "keyId", name: "Production backend", word: { start: 0, end: 24 } }],
      errors: [],
    });
  });

  it.each([
    ["status:429 hello", "syntax", "hello"],
    ["colour:red", "unknown", "colour"],
    ["status:42", "status", "42"],
    ["status:6xx", "status", "6xx"],
    ["status:", "empty", "status"],
    ["ip:10.0.0.300", "address", "10.0.0.300"],
    ["ip:10.0.0.0/33", "address", "10.0.0.0/33"],
    ["ip:fe80::1%eth0", "address", "fe80::1%eth0"],
    ["cost:>lots", "amount", ">lots"],
    ["cost:>0.0000000001", "amount", ">0.0000000001"],
    ["cost:2..1", "amount", "2..1"],
    ["tokens:<0", "amount", "<0"],
    ["tokens:1.5", "amount", "1.5"],
    ["latency:>2h", "duration", ">2h"],
    ["stream:maybe", "yesNo", "maybe"],
    ["from:yesterday", "time", "yesterday"],
    ["from:2026-13-01", "time", "2026-13-01"],
    ["last:25h", "last", "25h"],
    ["id:42", "id", "42"],
    ['ua:"open', "quote", 'ua:"open'],
    ["status:429 status:500", "twice", "status"],
    ["last:1h from:2026-11-01", "twice", "from"],
    ["key:one key:two", "twice", "key"],
  ])("%s is refused at its word", (text, fault, about) => {
    const { errors } = readFilterText(text);
    expect(errors).toMatchObject([{ fault, about }]);
    expect(text.slice(errors[0]?.start, errors[0]?.end)).toContain(about);
  });

  it("says of every bad word what is wrong, and still reads the others", () => {
    const read = readFilterText("status:999 ip:x model:gpt");
    expect(read.errors.map(({ start, fault }) => [start, fault])).toEqual([
      [0, "status"],
      [11, "address"],
    ]);
    expect(read.filters).toEqual({ model: "gpt" });
  });

  it("written from filters reads back to the same filters, whatever they are", () => {
    const value = fc
      .string({ minLength: 1, maxLength: 20, unit: "grapheme" })
      .map((text) => text.trim())
      .filter(isValue);
    const bounds = (most: number) =>
      fc.tuple(fc.nat(most), fc.nat(most)).map((pair) => pair.toSorted((a, b) => a - b));
    const nano = (value: number) => String(value / 1e6);
    const filters = fc
      .record(
        {
          accountId: fc.uuid(),
          keyId: fc.uuid(),
          channelId: fc.uuid(),
          requestId: fc.uuid(),
          model: value,
          group: value,
          userAgent: value,
          errorCode: value,
          keyPrefix: fc.constant("sk-tg-abcdef"),
          ip: fc.ipV4(),
          cidr: fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map((parts) => parts.join("/")),
          status: fc.constantFrom("200", "429", "5xx", "failed"),
          stream: fc.constantFrom("true", "false"),
          costs: bounds(9_999_999),
          tokens: bounds(2_000_000_000),
          latencies: bounds(2_000_000_000),
          range: fc.constantFrom(...lastRanges),
        },
        { requiredKeys: [] },
      )
      .map(
        ({ costs, tokens, latencies, ip, cidr, ...rest }): LogFilters => ({
          ...rest,
          ...(ip === undefined ? (cidr === undefined ? {} : { cidr }) : { ip }),
          ...(costs && { minCost: nano(costs[0] ?? 0), maxCost: nano(costs[1] ?? 0) }),
          ...(tokens && { minTokens: String(tokens[0]), maxTokens: String(tokens[1]) }),
          ...(latencies && { minLatencyMs: String(latencies[0]) }),
        }),
      );
    fc.assert(
      fc.property(filters, (given) => {
        const { filters: read, names, errors } = readFilterText(writeFilterText(given));
        expect(errors).toEqual([]);
        expect(names).toEqual([]);
        expect(read).toEqual(given);
      }),
    );
  });

  it("never throws, and what it reads without an error is kept by writing and reading again", () => {
    const word = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom(
        "status:",
        "ip:",
        "cost:>",
        "tokens:<=",
        "429",
        "10.0.0.1",
        '"',
        "last:1h",
        "\\",
        ":",
        "1..2",
      ),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), fc.constantFrom("", " "), (words, glue) => {
        const read = readFilterText(words.join(glue));
        const again = readFilterText(writeFilterText(read.filters));
        expect(again).toEqual({ filters: read.filters, names: [], errors: [] });
      }),
    );
  });

  it("writes the rounder of two spellings", () => {
    expect(
      writeFilterText({ minTokens: "1001", maxTokens: "2000", minLatencyMs: "2001", minCost: "0.050000001" }),
    ).toBe("cost:>0.05 tokens:>1000 tokens:<=2000 latency:>2s");
    expect(writeFilterText({ minTokens: "1000", minCost: "0" })).toBe("cost:>=0 tokens:>=1000");
  });

  it("knows the word at the caret", () => {
    expect(wordAt("status:429 mod", 14)).toMatchObject({ start: 11, end: 14, name: undefined, value: "mod" });
    expect(wordAt("status:4 x", 8)).toMatchObject({ start: 0, end: 8, name: "status", value: "4" });
    expect(wordAt("status:4  x", 9)).toMatchObject({ start: 9, end: 9, text: "" });
  });
});

/** What a value of the address can be: one line that is not only a quote's remains. */
function isValue(text: string): boolean {
  return text !== "" && isPlainText(text);
}
