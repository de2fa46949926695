import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { countsOf } from "./test-counts.mjs";

/**
 * Runs stages one after the other with their output streamed, prints a table and the sum.
 * Returns the exit code: 0 if everything passed. A skipped test counts as failed: nobody looked. Only those that need a
 * Valkey or Redis server which this machine has not are let pass, and named at the end; in CI they fail, too.
 */
export async function runStages(stages, { full }) {
  rmSync(".cache/test", { recursive: true, force: true });
  mkdirSync(".cache/test", { recursive: true });
  const results = [];
  for (const stage of stages) {
    console.log(`\n── ${stage.name} ${"─".repeat(Math.max(0, 60 - stage.name.length))}`);
    const result = await runStage(stage, full);
    results.push(result);
    if (result.failed > 0 && stage.fatal) break;
  }
  return summarise(results, stages.length);
}

async function runStage(stage, full) {
  const startedAt = Date.now();
  const env = { ...process.env, ...stage.env, ...(full ? { TEST_FULL: "1" } : {}) };
  const before = stage.before ? await run(stage.before, env) : { code: 0, output: "" };
  const { code, output } = before.code === 0 ? await run(stage.command, env) : before;
  const passed = code === 0 && (stage.accept?.(output) ?? true);
  const counts = stage.report
    ? reported(`.cache/test/${stage.report}.json`)
    : { passed: 0, failed: 0, lacking: 0 };
  // A runner may fail outside any test (setup, an unhandled rejection), or find no test at all.
  const own = stage.report ? !passed && counts.failed === 0 : true;
  const ran = stage.report && counts.passed + counts.failed > 0;
  return {
    name: stage.name,
    seconds: (Date.now() - startedAt) / 1000,
    passed: counts.passed + (own && passed ? 1 : 0),
    failed: counts.failed + (own && !passed ? 1 : 0) + (stage.report && passed && !ran ? 1 : 0),
    lacking: counts.lacking,
  };
}

function run([program, ...args], env) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: ["inherit", "pipe", "pipe"] });
    let output = "";
    const take = (to) => (data) => {
      to.write(data);
      output = (output + data).slice(-20_000);
    };
    child.stdout.on("data", take(process.stdout));
    child.stderr.on("data", take(process.stderr));
    child.on("error", (error) => {
      console.error(`${program}: ${error.message}`);
      resolve({ code: 1, output });
    });
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Counts of vitest's and Playwright's JSON reports; none if the runner did not come to write one. */
function reported(path) {
  try {
    return countsOf(JSON.parse(readFileSync(path, "utf8")), {
      mayLackServer: !process.env.CI && !hasServer(),
    });
  } catch {
    return { passed: 0, failed: 0, lacking: 0 };
  }
}

function hasServer() {
  return ["valkey-server", "redis-server"].some((name) => spawnSync(name, ["--version"]).status === 0);
}

function summarise(results, planned) {
  console.log("\nstage            seconds   passed   failed");
  for (const { name, seconds, passed, failed } of results) {
    console.log(
      `${name.padEnd(14)} ${seconds.toFixed(1).padStart(9)} ${String(passed).padStart(8)} ${String(failed).padStart(8)}`,
    );
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  if (results.length < planned) console.log(`stopped: ${planned - results.length} later stages did not run`);
  if (sum("lacking") > 0) {
    console.log(
      `SKIPPED: ${sum("lacking")} tests need valkey-server or redis-server, and neither is installed here.`,
    );
    console.log("SKIPPED: counting limits in Valkey was not tested. CI has a server, and fails without.");
  }
  const skipped = sum("lacking") > 0 ? `, ${sum("lacking")} SKIPPED` : "";
  console.log(`${sum("passed")} passed, ${sum("failed")} failed${skipped}`);
  return sum("failed") > 0 || results.length < planned ? 1 : 0;
}
