import { expect, it } from "vitest";
import { columnWidth, hiddenColumns, leastWidth, ownWidths, shownColumns, tableColumns } from "./columns.ts";

const column = tableColumns<{ a: string }>();
const columns = column.columns([
  column.value((row) => row.a, { id: "name", header: "Name" }),
  column.value((row) => row.a, { id: "rare", header: "Rare", meta: { isExtra: true } }),
  column.value((row) => row.a, { id: "usual", header: "Usual" }),
]);
const shown = (chosen: readonly string[] | undefined) =>
  shownColumns(columns, hiddenColumns(columns, chosen)).map(({ id }) => id);

it("leaves extra columns out until someone has chosen, and then does as chosen; the first always stays", () => {
  expect(shown(undefined)).toEqual(["name", "usual"]);
  expect(shown([])).toEqual(["name", "rare", "usual"]);
  expect(shown(["name", "usual"])).toEqual(["name", "rare"]);
});

it("draws columns as wide as they say, or as someone drew them, where the last takes what is left", () => {
  const [name, rare, usual] = column.columns([
    column.value((row) => row.a, { id: "name", header: "Name", meta: { share: 20 } }),
    column.value((row) => row.a, { id: "rare", header: "Rare", meta: { width: 72 } }),
    column.value((row) => row.a, { id: "usual", header: "Usual" }),
  ]);
  const all = [name, rare, usual].filter((one) => one !== undefined);
  const wide = (widths: Record<string, number> | undefined) =>
    all.map((one, index) => columnWidth(one, widths, index === all.length - 1));
  expect(wide(undefined)).toEqual(["20%", 72, undefined]);
  expect(leastWidth(all, undefined)).toBe(90 + 72 + 90);
  expect(wide({ name: 300 })).toEqual([300, 72, undefined]);
  expect(leastWidth(all, { name: 300 })).toBe(300 + 72 + 90);
});

it("keeps of drawn widths only those that a column would not have anyway, and draws the same from them", () => {
  const three = [
    { id: "name", meta: { share: 20 } },
    { id: "spend", meta: { width: 120 } },
    { id: "note", meta: {} },
  ];
  const drawn = { name: 260, spend: 120, note: 90 };
  expect(ownWidths(three, drawn)).toEqual({ name: 260 });
  for (const one of three) {
    expect(columnWidth(one, ownWidths(three, drawn), false)).toBe(columnWidth(one, drawn, false));
  }
});
