import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldedName, replaceMembers, scanJsonObject } from "./json-scan.ts";

const LIMITS = { depth: 64, values: 1_000 };
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

function edit(json: string, values: Record<string, unknown>): string {
  const scan = scanJsonObject(bytes(json), LIMITS);
  if (!scan.ok) throw new Error(scan.problem);
  return text(replaceMembers(bytes(json), scan, values));
}

describe("replacing top-level members", () => {
  it("keeps every other byte as it came, big integers and spacing included", () => {
    expect(
      edit('{ "seed": 12345678901234567890,\n "model":"a" , "x": {"model": "inner"} }', { model: "b" }),
    ).toBe('{ "seed": 12345678901234567890,\n "model":"b", "x": {"model": "inner"} }');
  });

  it("adds members that are not there, to an empty object as well", () => {
    expect(edit('{"a":1}', { stream_options: { include_usage: true } })).toBe(
      '{"stream_options":{"include_usage":true},"a":1}',
    );
    expect(edit("{}", { a: 1 })).toBe('{"a":1}');
  });

  it("means the same as changing the parsed object", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.jsonValue(),
        fc.boolean(),
        (object, value, pretty) => {
          // Names that differ in capitals alone are refused, as below.
          const folded = new Set<string>();
          const own = Object.entries(object).filter(([name]) => {
            const isNew = !folded.has(foldedName(name));
            folded.add(foldedName(name));
            return isNew && name !== "__proto__" && (name === "model" || foldedName(name) !== "model");
          });
          const rest = Object.fromEntries(own);
          const json = JSON.stringify(rest, null, pretty ? 2 : 0);
          expect(JSON.parse(edit(json, { model: value }))).toEqual(
            JSON.parse(JSON.stringify({ ...rest, model: value })),
          );
        },
      ),
    );
  });
});

describe("what a scan refuses", () => {
  it.each([
    ["", "not a JSON object"],
    ["[1]", "not a JSON object"],
    ['{"a":1', "not valid JSON"],
    ['{"a', "not valid JSON"],
    ['{"model":"a","model":"b"}', "stands twice"],
    ['{"model":"a","mod\\u0065l":"b"}', "stands twice"],
    ['{"model":"a","Model":"b"}', "stands twice"],
    ['{"MODEL":"a","x":1,"Model":"b"}', "stands twice"],
    ['{"stream":true,"\u017ftream":false}', "stands twice"],
    [`{"a":${"[".repeat(64)}`, "nested deeper than 64"],
    [`{"a":[${"{},".repeat(1_000)}{}]}`, "more than 1000 values"],
    [`{"a":[${"1,".repeat(1_001)}1]}`, "more than 1000 values"],
  ])("%j", (json, problem) => {
    const scan = scanJsonObject(bytes(json), LIMITS);
    expect(scan).toMatchObject({ ok: false, problem: expect.stringContaining(problem) });
  });
});

describe("a text full of quotes and backslashes", () => {
  const written = fc
    .array(fc.constantFrom('"', "\\", "a", " ".repeat(15), "b".repeat(16), "c".repeat(17)))
    .map((parts) => parts.join(""));

  it("ends where a parser says that it does", () => {
    fc.assert(
      fc.property(written, written, (first, second) => {
        const json = JSON.stringify({ first, second });
        const scan = scanJsonObject(bytes(json), LIMITS);
        if (!scan.ok) throw new Error(scan.problem);
        const at = (name: string) => {
          const span = scan.members.get(name);
          return span && JSON.parse(json.slice(span.start, span.end));
        };
        expect([at("first"), at("second"), scan.members.size]).toEqual([first, second, 2]);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['{"a":"b\\', '{"a":"b\\"', '{"a":"\\"b', `{"a":"\\"${"b".repeat(200)}`])(
    "that has no end is no JSON: %j",
    (json) => {
      expect(scanJsonObject(bytes(json), LIMITS)).toMatchObject({ ok: false });
    },
  );
});
