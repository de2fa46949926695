import { expect, test } from "vitest";
import { inOrder, positionOfJob } from "./in-order.ts";
import type { JobAnswer } from "./schema.ts";
import { jobSorts } from "./sorts.ts";

const job = (name: string, startedAt: string | null, durationMs: number | null): JobAnswer => ({
  name,
  schedule: "* * * * *",
  timeZone: "UTC",
  nextRunAt: startedAt,
  failures: 0,
  lastRun:
    startedAt === null
      ? null
      : {
          id: name,
          job: name,
          startedBy: "",
          state: "done",
          createdAt: startedAt,
          startedAt,
          finishedAt: null,
          durationMs,
          result: {},
          error: null,
        },
});
const jobs = [
  job("sweep", "2026-11-02T00:00:00.000Z", 5),
  job("never", null, null),
  job("alerts", "2026-11-03T00:00:00.000Z", 5),
  job("mails", "2026-11-01T00:00:00.000Z", 40),
];
const names = (list: readonly JobAnswer[]) => list.map(({ name }) => name).join(" ");

test("jobs come by name, by run and by duration; what never ran is last in both directions", () => {
  expect(names(inOrder(jobs, "name"))).toBe("alerts mails never sweep");
  expect(names(inOrder(jobs, "-name"))).toBe("sweep never mails alerts");
  expect(names(inOrder(jobs, "-lastRun"))).toBe("alerts sweep mails never");
  expect(names(inOrder(jobs, "lastRun"))).toBe("mails sweep alerts never");
  expect(names(inOrder(jobs, "-duration"))).toBe("mails alerts sweep never");
});

test.each(jobSorts)("pages by %s leave nothing out and repeat nothing", (sort) => {
  const seen: string[] = [];
  let after: ReturnType<typeof positionOfJob> | undefined;
  for (let rest = inOrder(jobs, sort); rest.length > 0; rest = inOrder(jobs, sort, after)) {
    const [first] = rest;
    if (first === undefined) break;
    seen.push(first.name);
    after = positionOfJob(sort, first);
  }
  expect(seen.join(" ")).toBe(names(inOrder(jobs, sort)));
});
