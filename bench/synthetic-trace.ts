import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { syntheticTrace } from "./synthetic.ts";
import { formatTrace } from "./trace.ts";

/** Writes a made-up trace: `node bench/synthetic-trace.ts FILE.csv [--seed 1] [--calls 2000] [--minutes 10]`. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: "1" },
    calls: { type: "string", default: "2000" },
    minutes: { type: "string", default: "10" },
  },
});
const [file] = positionals;
if (!file) throw new Error("which file? node bench/synthetic-trace.ts FILE.csv");
const calls = syntheticTrace({
  seed: Number(values.seed),
  calls: Number(values.calls),
  minutes: Number(values.minutes),
});
writeFileSync(file, formatTrace(calls, Date.UTC(2026, 0, 1)));
