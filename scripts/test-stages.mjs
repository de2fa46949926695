// What `npm test` runs, in order. `report` names the file in which a test runner says how many tests it ran;
// a stage without one counts as one test.
const NODE = "node_modules/.bin/node";
const VITEST = "node_modules/vitest/vitest.mjs";

const REST = ["e2e/canary", "e2e/lifecycle", "e2e/two-nodes", "e2e/replay"];

export const stages = [
  { name: "install", command: [process.execPath, "server/prepare.mjs", "--dev"], fatal: true },
  { name: "lint", command: ["node_modules/.bin/biome", "ci", "--colors=off", "--max-diagnostics=40", "."] },
  {
    name: "types",
    command: [NODE, "node_modules/tsgo/bin/tsc", "-p", "tsconfig.json", "--noEmit", "--incremental", "false"],
    before: [NODE, "node_modules/next/dist/bin/next", "typegen"],
  },
  {
    name: "imports",
    command: [
      NODE,
      "node_modules/.bin/depcruise",
      "--config",
      ".dependency-cruiser.cjs",
      ...["app", "components", "lib", "server", "prisma", "scripts", "bench", "e2e"],
    ],
    // With the wrong compiler it cruises nothing and finds nothing wrong.
    accept: (output) => Number(/\((\d+) modules/.exec(output)?.[1] ?? 0) >= 60,
  },
  { name: "vocabulary", command: [NODE, "scripts/check-vocabulary.ts"] },
  { name: "unused", command: [NODE, "node_modules/knip/bin/knip.js", "--no-progress", "--no-config-hints"] },
  vitest("unit", ["--project", "unit"]),
  { name: "build", command: [process.execPath, "server/prepare.mjs"], fatal: true },
  vitest("e2e", ["--project", "e2e"]),
  vitest("e2e-next", ["--project", "e2e", "e2e/gateway"], { E2E_MOUNT: "next" }),
  { ...vitest("e2e-next-rest", ["--project", "e2e", ...REST], { E2E_MOUNT: "next" }), fullOnly: true },
  {
    name: "browser",
    command: [NODE, "node_modules/@playwright/test/cli.js", "test"],
    report: "browser",
  },
];

function vitest(name, extra, env = {}) {
  return {
    name,
    command: [
      NODE,
      VITEST,
      "run",
      ...extra,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=.cache/test/${name}.json`,
    ],
    report: name,
    env,
  };
}
