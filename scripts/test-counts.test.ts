import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { countsOf, needServer } from "./test-counts.mjs";

const file = (name: string, ...statuses: string[]) => ({
  name: `/anywhere/${name}`,
  assertionResults: statuses.map((status) => ({ status })),
});
const report = {
  numPassedTests: 2,
  numFailedTests: 1,
  numPendingTests: 3,
  numTodoTests: 0,
  testResults: [
    file("lib/limits/engines.test.ts", "passed", "skipped", "skipped"),
    file("lib/keys/keys.test.ts", "passed", "failed", "skipped"),
  ],
};

it("lets only tests pass unseen that need a server which is not there", () => {
  expect(countsOf(report, { mayLackServer: true })).toEqual({ passed: 2, failed: 2, lacking: 2 });
});

it("counts every skipped test as failed where the server has to be there", () => {
  expect(countsOf(report, { mayLackServer: false })).toEqual({ passed: 2, failed: 4, lacking: 0 });
});

it("counts a browser test that was skipped, or passed at the second try, as failed", () => {
  const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 1 };
  expect(countsOf({ stats }, { mayLackServer: true })).toEqual({ passed: 5, failed: 3, lacking: 0 });
});

it("names files that there are", () => {
  expect(needServer.filter((name) => !existsSync(name))).toEqual([]);
});
