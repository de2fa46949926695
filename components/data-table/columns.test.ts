import { expect, it } from "vitest";
import { hiddenColumns, shownColumns, tableColumns } from "./columns.ts";

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
