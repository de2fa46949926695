import { expect, it } from "vitest";
import type { KeyAtIp } from "#lib/logs/by-ip-schema";
import { keyLines } from "./ip-keys.ts";

const seen = (day: string, keyId: string, ip: string, requests: number): KeyAtIp => ({
  day,
  ip,
  keyId,
  keyName: `key ${keyId}`,
  accountId: "account",
  accountName: "Account",
  requests,
  errors: 1,
  cost: "0",
  firstSeen: `${day}T08:00:00.000Z`,
  lastSeen: `${day}T09:00:00.000Z`,
});

it("tells of each key at a network how much it called from it, day by day, the last used first", () => {
  const days = ["2026-11-01", "2026-11-02", "2026-11-03"];
  const lines = keyLines(
    [
      seen("2026-11-02", "a", "203.0.113.7", 5),
      seen("2026-11-02", "a", "203.0.113.8", 2),
      seen("2026-11-01", "a", "203.0.113.7", 1),
      seen("2026-11-03", "b", "203.0.113.7", 4),
    ],
    days,
  );
  expect(
    lines.map(({ keyId, requests, errors, firstSeen }) => [keyId, requests, errors, firstSeen.slice(0, 10)]),
  ).toEqual([
    ["b", 4, 1, "2026-11-03"],
    ["a", 8, 3, "2026-11-01"],
  ]);
  expect(lines[1]?.days.map((day) => [day.requests, day.isFirst])).toEqual([
    [1, true],
    [7, false],
    [0, false],
  ]);
  expect(keyLines([], days)).toEqual([]);
});
