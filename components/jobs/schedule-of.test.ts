import { expect, it } from "vitest";
import { scheduleOf } from "./schedule-of.ts";

it.each([
  ["23 * * * *", { kind: "hourly", minute: "23" }],
  ["5 3 * * *", { kind: "daily", time: "03:05" }],
  ["*/5 * * * *", { kind: "often", minutes: 5 }],
  ["*/5 3 * * *", null],
  ["0 3 * * 1", { kind: "weekly", day: "1", time: "03:00" }],
  ["0 3 1 * *", null],
  ["0 1-5 * * *", null],
])("says %s in words if people do", (cron, said) => {
  expect(scheduleOf(cron)).toEqual(said);
});
