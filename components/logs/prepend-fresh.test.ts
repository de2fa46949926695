import { describe, expect, it } from "vitest";
import type { LogRow } from "#lib/logs/schema";
import { prependFresh } from "./prepend-fresh.ts";

const row = (requestId: string) => ({ requestId }) as LogRow;
const page = (...ids: string[]) => ({ items: ids.map(row), nextCursor: null });
const ids = (pages: { items: LogRow[] }[] = []) =>
  pages.map((each) => each.items.map((item) => item.requestId));

describe("live rows", () => {
  it("puts what is new on top and keeps the other pages", () => {
    const list = { pages: [page("05", "04"), page("03")], pageParams: [null, "x"] };
    const { data, freshIds } = prependFresh(list, page("07", "06", "05"));
    expect(ids(data?.pages)).toEqual([["07", "06", "05", "04"], ["03"]]);
    expect([...freshIds]).toEqual(["07", "06"]);
  });

  it("gives a row that settled late its place in time", () => {
    const { data } = prependFresh({ pages: [page("07", "05")], pageParams: [null] }, page("07", "06", "05"));
    expect(ids(data?.pages)).toEqual([["07", "06", "05"]]);
  });

  it("does not add rows older than the list reaches, which paging will bring", () => {
    const { freshIds } = prependFresh(
      { pages: [page("07", "05")], pageParams: [null] },
      page("07", "05", "04"),
    );
    expect(freshIds.size).toBe(0);
  });

  it("adds nothing to a list that is not there yet", () => {
    expect(prependFresh(undefined, page("01")).data).toBeUndefined();
  });
});
