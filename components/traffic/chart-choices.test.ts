import { describe, expect, it } from "vitest";
import { type ChartFilters, possibleGroupings, rowsHref } from "./chart-choices.ts";

const none: ChartFilters = {
  accountId: null,
  keyId: null,
  model: null,
  channelId: null,
  group: null,
  status: null,
};
const time = { from: "2026-11-01T00:00:00.000Z", to: "2026-11-02T00:00:00.000Z" };
const searchOf = (href: string) => Object.fromEntries(new URL(href, "http://x").searchParams);

describe("a chart", () => {
  it("is grouped by anything, of a customer by what is theirs", () => {
    expect(possibleGroupings("rpm", false)).toEqual([
      "model",
      "key",
      "account",
      "channel",
      "group",
      "status",
    ]);
    expect(possibleGroupings("rpm", true)).toEqual(["model", "key", "status"]);
    expect(possibleGroupings("concurrency", false)).toEqual(["model", "key", "account"]);
    expect(possibleGroupings("concurrency", true)).toEqual(["model", "key"]);
  });

  it("leads from a series to exactly its rows", () => {
    const model = { grouping: "model", group: "gpt-4o", metric: "rpm" } as const;
    expect(searchOf(rowsHref({ ...none, keyId: "k" }, model, time))).toEqual({
      keyId: "k",
      model: "gpt-4o",
      ...time,
    });
    expect(
      searchOf(rowsHref(none, { grouping: "key", group: "id", metric: "cost" }, { ...time, to: null })),
    ).toEqual({
      keyId: "id",
      from: time.from,
    });
    expect(searchOf(rowsHref(none, { grouping: "status", group: "4xx", metric: "errors" }, time))).toEqual({
      status: "4xx",
      ...time,
    });
  });

  it("leads from errors to failed calls, and from the rest to all", () => {
    expect(searchOf(rowsHref(none, { grouping: null, group: null, metric: "errors" }, time))).toEqual({
      status: "failed",
      ...time,
    });
    expect(searchOf(rowsHref(none, { grouping: "model", group: "other", metric: "rpm" }, time))).toEqual(
      time,
    );
  });
});
