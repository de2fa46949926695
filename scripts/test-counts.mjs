/** Tests that need valkey-server or redis-server, and are skipped where neither is installed. */
export const needServer = [
  "lib/limits/engines.test.ts",
  "lib/limits/node-limiter.test.ts",
  "lib/limits/valkey/limiter.test.ts",
  "e2e/shared-limits.test.ts",
  "e2e/limit-accuracy.test.ts",
];

/**
 * Counts of vitest's or Playwright's JSON report. A skipped test counts as failed: nobody looked. But with `mayLackServer`
 * those that need a server this machine has not are counted apart, as `lacking`.
 */
export function countsOf(report, { mayLackServer }) {
  if (report.stats) {
    const { expected, unexpected, flaky, skipped } = report.stats;
    return { passed: expected, failed: unexpected + flaky + skipped, lacking: 0 };
  }
  const skipped = report.numPendingTests + report.numTodoTests;
  const lacking = mayLackServer ? skippedForServer(report) : 0;
  return { passed: report.numPassedTests, failed: report.numFailedTests + skipped - lacking, lacking };
}

function skippedForServer({ testResults = [] }) {
  return testResults
    .filter(({ name }) => needServer.some((file) => name.replaceAll("\\", "/").endsWith(`/${file}`)))
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === "skipped").length;
}
