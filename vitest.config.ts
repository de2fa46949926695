import { defineConfig } from "vitest/config";

/**
 * `unit`: tests beside their files, over one embedded Postgres per run. `e2e`: real server processes,
 * one file after the other, because each file starts its own.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{app,bench,components,i18n,lib,prisma,scripts,server}/**/*.test.{ts,tsx}", "*.test.ts"],
          globalSetup: ["./scripts/vitest-postgres.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["e2e/**/*.test.ts"],
          globalSetup: ["./scripts/vitest-postgres.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
