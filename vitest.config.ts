import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/**
 * `unit`: tests beside their files, over one embedded Postgres per run. `e2e`: real server processes,
 * each file its own, two files at a time: one alone leaves two fifths of the processors idle. At full size one after the
 * other, because those measure under load. Timeouts are long, for machines that are slower or busier
 * than ours; speed is the benches' matter.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{app,bench,components,i18n,lib,prisma,scripts,server}/**/*.test.{ts,tsx}", "*.test.ts"],
          globalSetup: ["./scripts/vitest-postgres.ts"],
          // One per processor, though the database takes some of it: most of a test's time is waiting. Left to itself vitest
          // takes one less, which is a single one where there are two.
          maxWorkers: Math.max(2, availableParallelism()),
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["e2e/**/*.test.ts"],
          // Minutes of real time: `npm run test:full` has it, and a skipped test would count as failed.
          exclude: process.env.TEST_FULL === "1" ? [] : ["e2e/limit-accuracy.test.ts"],
          globalSetup: ["./scripts/vitest-postgres.ts"],
          maxWorkers: process.env.TEST_FULL === "1" ? 1 : 2,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
