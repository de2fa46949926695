import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvLine, fromSafeCell, readCsv } from "./csv.ts";

describe("a CSV line", () => {
  it("quotes what would break the line and doubles quotes", () => {
    expect(csvLine(["a,b", 'say "so"', "two\nlines", "plain", null, 3])).toBe(
      '"a,b","say ""so""","two\nlines",plain,,3',
    );
  });

  it("never hands a spreadsheet a formula, and leaves numbers numbers", () => {
    expect(csvLine(["=1+1", "+1", "@SUM(A1)", "-cmd", "\t=1", "-0.000001", "-12"])).toBe(
      "'=1+1,'+1,'@SUM(A1),'-cmd,'\t=1,-0.000001,-12",
    );
  });
});

describe("a CSV file", () => {
  it("comes back as it was written, whatever the cells hold", () => {
    const cell = fc
      .string({ unit: "grapheme" })
      .map((text) => text.replaceAll("\r", "").replaceAll("\ufeff", ""));
    const row = fc.array(cell, { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (rows) => {
        // An apostrophe that was there before looks like the one that makes a cell safe.
        fc.pre(rows.flat().every((text) => !/^'[=+\-@\t\r\n|]/.test(text)));
        const back = readCsv(rows.map((row) => `${csvLine(row)}\r\n`).join("")).map(({ cells }) =>
          cells.map(fromSafeCell),
        );
        expect(back).toEqual(rows);
      }),
    );
  });

  it("says at which line a record begins, over line breaks inside quotes and empty lines", () => {
    expect(readCsv('a,b\n\n"one\ntwo",c\r\nd,"e ""f"""')).toEqual([
      { line: 1, cells: ["a", "b"] },
      { line: 3, cells: ["one\ntwo", "c"] },
      { line: 5, cells: ["d", 'e "f"'] },
    ]);
  });

  it("names the line of a quote that is never closed", () => {
    expect(() => readCsv('a,b\nc,"d\ne')).toThrow("line 2");
  });
});
