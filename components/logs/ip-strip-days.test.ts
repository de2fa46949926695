import { describe, expect, it } from "vitest";
import { lastDays, stripLines } from "./ip-strip-days.ts";

const days = ["2026-11-20", "2026-11-21", "2026-11-22"];
const at = (ip: string, day: string, requests: number) => ({
  ip,
  day,
  requests,
  firstSeen: `${day}T10:00:00.000Z`,
});

describe("the strip of a key's addresses", () => {
  it("has a line per address, newcomers first, every day filled", () => {
    const lines = stripLines(
      [
        at("198.51.100.1", "2026-11-20", 5),
        at("198.51.100.1", "2026-11-22", 7),
        at("203.0.113.9", "2026-11-22", 1),
      ],
      days,
    );
    expect(lines.map(({ ip, requests }) => [ip, requests])).toEqual([
      ["203.0.113.9", 1],
      ["198.51.100.1", 12],
    ]);
    expect(lines[1]?.days.map(({ requests }) => requests)).toEqual([5, 0, 7]);
    expect(lines[0]?.days.map(({ isFirst }) => isFirst)).toEqual([false, false, true]);
  });

  it("ends today", () => {
    expect(lastDays(Date.UTC(2026, 10, 22, 23), 3)).toEqual(days);
  });
});
