import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { measureParts, type PartName, type Results } from "./suite/parts.ts";
import { isDisturbed, readBenchmarks, regressions, withResults, writeBenchmarks } from "./suite/record.ts";
import { report } from "./suite/report.ts";
import { type Soak, soak } from "./suite/soak.ts";
import { loadTarget } from "./target.ts";

const PARTS: readonly PartName[] = ["json", "latency", "sse"];
const REPORT = "docs/benchmarks.md";

/**
 * `npm run bench`: this gateway against a bare proxy and others, into docs/benchmarks.md. `-- --only json,sse`: some
 * parts. `-- --only soak --requests 5000000`: the long run. `-- --target URL --key K`: loads any gateway instead.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      target: { type: "string" },
      key: { type: "string" },
      model: { type: "string", default: "sim-chat" },
      seconds: { type: "string", default: "10" },
      callers: { type: "string", default: "32" },
      stream: { type: "boolean", default: false },
      only: { type: "string", default: PARTS.join(",") },
      requests: { type: "string", default: "1000000" },
      "dry-run": { type: "boolean", default: false },
    },
  });
  if (values.target !== undefined) {
    if (!values.key) throw new Error("npm run bench -- --target http://127.0.0.1:3000 --key sk-…");
    const { target, key, model, stream } = values;
    const [seconds, callers] = [Number(values.seconds), Number(values.callers)];
    return loadTarget({ target, key, model, stream, seconds, callers });
  }
  const wanted = values.only.split(",");
  const unknown = wanted.find((name) => name !== "soak" && !PARTS.some((part) => part === name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: ${PARTS.join(", ")} or soak is expected`);
  const before = await readBenchmarks();
  const results: Results & { soak?: Soak } = await measured(PARTS.filter((part) => wanted.includes(part)));
  if (wanted.includes("soak")) results.soak = await soak(Number(values.requests), console.log);
  const after = withResults(before, results);
  console.log(`\n${report(after)}`);
  let fallen = regressions(before, results);
  if (fallen.length > 0) {
    console.log(`${fallen.join("; ")}: once more, to be sure.`);
    fallen = regressions(before, await measured(["json"]));
  }
  for (const sentence of fallen) console.error(`Slower than recorded: ${sentence}.`);
  const wasDisturbed = isDisturbed(results);
  if (wasDisturbed) console.error("Something else used the gateway's core: these figures are not recorded.");
  if (fallen.length > 0 || wasDisturbed) process.exitCode = 1;
  else if (!values["dry-run"]) {
    await writeBenchmarks(after);
    await writeFile(REPORT, report(after));
  }
}

async function measured(names: readonly PartName[]): Promise<Results> {
  return names.length === 0 ? {} : measureParts(names, console.log);
}

await main();
