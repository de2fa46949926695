import { expect, it } from "vitest";
import { countedFilters } from "./counted-filters.ts";

it("counts by what is counted, and names the filters that it leaves out", () => {
  expect(countedFilters({ keyId: "k", model: "gpt-4o", status: "4xx", range: "1h" })).toEqual({
    counted: { keyId: "k", model: "gpt-4o", status: "4xx" },
    left: [],
  });
  expect(countedFilters({ ip: "203.0.113.7", model: "gpt*", status: "429", minCost: "1" })).toEqual({
    counted: {},
    left: ["ip", "model", "status", "minCost"],
  });
  expect(countedFilters({ accountId: "a", channelId: "c", group: "default" })).toEqual({
    counted: { accountId: "a" },
    left: ["group", "channelId"],
  });
  expect(countedFilters({ channelId: "c", group: "default" }).left).toEqual([]);
});
