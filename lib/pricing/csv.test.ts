import { describe, expect, it } from "vitest";
import { parseCsv } from "./csv.ts";
import { readPriceTable } from "./price-table-csv.ts";

const columns = { required: ["id"], optional: ["note"] };

describe("reading a plain table", () => {
  it("passes over comments and empty lines and keeps each row's own line number", () => {
    expect(parseCsv("# about\nid,note\n\n a , b \r\n", columns)).toEqual([
      { line: 4, fields: { id: "a", note: "b" } },
    ]);
  });

  it.each([
    ["id,price\na,1", 'line 1: unknown column "price"'],
    ["id,id\na,1", 'line 1: column "id" appears twice'],
    ["note\na", 'line 1: column "id" is missing'],
    ["id,note\na,b\nc", "line 3: 1 fields where 2 are named"],
    ['id\n"a"', "line 2: quotes are not read here"],
    ["", "line 1: the table is empty"],
  ])("refuses %j naming the line", (text, message) => {
    expect(() => parseCsv(text, columns)).toThrow(message);
  });
});

describe("reading a price table", () => {
  const head = "id,vendor,name,kind,input,image,source,date,example";
  const read = (line: string) => readPriceTable({ name: "t.csv", text: `${head}\n${line}\n` });

  it("reads USD per million tokens and USD per piece as nano-USD per unit", () => {
    const [model] = read("a,v,A,chat,0.15,0.04,list,2026-01-02,no");
    expect(model?.components).toEqual({
      input: { num: 150n, den: 1n },
      image: { num: 40_000_000n, den: 1n },
    });
  });

  it.each([
    ["a,v,A,chat,,,list,2026-01-02,no", "no price"],
    ["a,v,A,chat,-1,,list,2026-01-02,no", "input"],
    ["a,v,A,chats,1,,list,2026-01-02,no", "kind"],
    ["a,v,A,chat,1,,list,2026-13-02,no", "date"],
    ["a,v,A,chat,1,,,2026-01-02,no", "source"],
    ["a,v,A,chat,1,,list,2026-01-02,maybe", "example"],
  ])("refuses %j naming file, line and fault", (line, fault) => {
    expect(() => read(line)).toThrow(/^t\.csv, line 2: /);
    expect(() => read(line)).toThrow(fault);
  });
});
