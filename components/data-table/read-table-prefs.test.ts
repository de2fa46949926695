import { expect, it } from "vitest";
import {
  chosenFor,
  mostCookieBytes,
  noTablePrefs,
  readTablePrefs,
  tablePrefsText,
} from "./read-table-prefs.ts";

it("reads back what was kept", () => {
  const prefs = {
    hidden: { keys: ["account"] },
    widths: { keys: { name: 260 } },
    isCompact: true,
    touched: ["keys"],
  };
  expect(readTablePrefs(decodeURIComponent(tablePrefsText(prefs)))).toEqual(prefs);
});

it("takes nothing from a cookie that somebody else wrote", () => {
  for (const text of [undefined, "", "{", "7", "null", '"keys"']) {
    expect(readTablePrefs(text)).toEqual(noTablePrefs);
  }
  const odd = {
    hidden: { keys: "all", logs: [1, "ip"] },
    widths: { keys: { name: 9, note: "wide", spend: 1e9, account: 120.5, prefix: 120 }, logs: 7 },
    isCompact: "yes",
    touched: [7, "logs"],
  };
  expect(readTablePrefs(JSON.stringify(odd))).toEqual({
    hidden: { keys: [], logs: ["ip"] },
    widths: { keys: { prefix: 120 }, logs: {} },
    isCompact: false,
    touched: ["logs"],
  });
});

it("leaves out the tables chosen for longest ago before a browser would refuse the cookie", () => {
  const drawn = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`column${at}`, 100 + at]));
  const names = Array.from({ length: 40 }, (_, at) => `table${at}`);
  const all = [...names, "table3"].reduce(
    (prefs, name) => chosenFor(prefs, name, "widths", drawn),
    chosenFor(noTablePrefs, "first", "hidden", ["column1"]),
  );
  const text = tablePrefsText({ ...all, isCompact: true });
  expect(text.length).toBeLessThanOrEqual(mostCookieBytes);
  const read = readTablePrefs(decodeURIComponent(text));
  expect(read.touched.slice(-2)).toEqual(["table39", "table3"]);
  expect(read.widths.table3).toEqual(drawn);
  expect(read.widths.table4).toBeUndefined();
  expect(read).toMatchObject({ hidden: {}, isCompact: true });
});

it("keeps nothing of a table whose choices are taken back", () => {
  const chosen = chosenFor(noTablePrefs, "keys", "hidden", ["name"]);
  const back = readTablePrefs(
    decodeURIComponent(tablePrefsText(chosenFor(chosen, "keys", "hidden", undefined))),
  );
  expect(back).toEqual(noTablePrefs);
});
