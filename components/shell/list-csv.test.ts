import { describe, expect, it } from "vitest";
import { tableColumns } from "../data-table/columns.ts";
import { listAsCsv } from "./list-csv.ts";

type Row = { name: string; cost: string };
const column = tableColumns<Row>();
const columns = column.columns([
  column.value((row) => row.name, { id: "name", header: "Name", cell: () => null }),
  column.display({ id: "buttons", header: "", cell: () => null }),
  column.value((row) => row.cost, { id: "cost", header: "Cost", cell: () => null }),
]);

describe("a list as CSV", () => {
  it("has every page of the filtered list, the columns with values, and no formula", async () => {
    const asked: unknown[] = [];
    const pages = [
      { items: [{ name: "=HYPERLINK()", cost: "0.5" }], nextCursor: "next" },
      { items: [{ name: "Zoë, Ltd", cost: "-1" }], nextCursor: null },
    ];
    const get = async <T>(path: string, params: object = {}) => {
      asked.push([path, params]);
      return pages[asked.length - 1] as T;
    };
    const { text, count, isCut } = await listAsCsv(columns, ["/api/keys", { q: "z" }], get);
    expect(text).toBe('Name,Cost\r\n\'=HYPERLINK(),0.5\r\n"Zoë, Ltd",-1\r\n');
    expect([count, isCut]).toEqual([2, false]);
    expect(asked).toEqual([
      ["/api/keys", { q: "z", limit: 500, cursor: null }],
      ["/api/keys", { q: "z", limit: 500, cursor: "next" }],
    ]);
  });
});
