import { expect, it } from "vitest";
import { faultTable } from "#lib/gateway/fault-table";
import en from "../messages/en.json" with { type: "json" };
import zh from "../messages/zh.json" with { type: "json" };

it.each([
  ["English", en.faults],
  ["Chinese", zh.faults],
])("every fault class has words in %s", (_, words) => {
  const missing = Object.keys(faultTable).filter((name) => !Object.hasOwn(words, name));
  expect(missing).toEqual([]);
});
