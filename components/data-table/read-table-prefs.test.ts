import { expect, it } from "vitest";
import { noTablePrefs, readTablePrefs } from "./read-table-prefs.ts";

it("reads back what was kept", () => {
  const prefs = { hidden: { keys: ["account"] }, widths: { keys: { name: 260 } }, isCompact: true };
  expect(readTablePrefs(JSON.stringify(prefs))).toEqual(prefs);
});

it("takes nothing from a cookie that somebody else wrote", () => {
  for (const text of [undefined, "", "{", "7", "null", '"keys"']) {
    expect(readTablePrefs(text)).toEqual(noTablePrefs);
  }
  const odd = {
    hidden: { keys: "all", logs: [1, "ip"] },
    widths: { keys: { name: 9, note: "wide", spend: 1e9, account: 120.5, prefix: 120 }, logs: 7 },
    isCompact: "yes",
  };
  expect(readTablePrefs(JSON.stringify(odd))).toEqual({
    hidden: { keys: [], logs: ["ip"] },
    widths: { keys: { prefix: 120 }, logs: {} },
    isCompact: false,
  });
});
