import { readFileSync, writeFileSync } from "node:fs";
import { tablesOf } from "./abnormal/report.ts";
import { runMonth } from "./abnormal/run-month.ts";

/** The seed that is reported. Weights and threshold were set on seeds 1 to 5; nobody had looked at this one before. */
const REPORTED = 20_261_122;
const SIZE = { keys: 400, days: 30, thefts: 200 };
const DOCUMENT = "docs/abnormal-charges.md";
const MARKS = ["<!-- bench:abnormal -->", "<!-- /bench:abnormal -->"] as const;

/** `npm run bench:abnormal [-- --write] [seed]`: a simulated month through the detection, with and without tables of networks. */
function main(): void {
  const given = process.argv.slice(2).find((argument) => /^\d+$/.test(argument));
  const seed = given === undefined ? REPORTED : Number(given);
  const startedMs = performance.now();
  const withTables = runMonth({ seed, size: SIZE });
  const without = runMonth({ seed, size: SIZE, hasTable: false });
  const text = tablesOf({ seed, size: SIZE, withTables, without });
  console.log(text);
  console.log(`\n${Math.round((performance.now() - startedMs) / 1000)} s`);
  if (process.argv.includes("--write")) write(text);
}

function write(text: string): void {
  const document = readFileSync(DOCUMENT, "utf8");
  const [from, to] = MARKS.map((mark) => document.indexOf(mark)) as [number, number];
  if (from === -1 || to === -1) throw new Error(`${DOCUMENT} has no place for the table`);
  writeFileSync(DOCUMENT, `${document.slice(0, from + MARKS[0].length)}\n${text}\n${document.slice(to)}`);
}

main();
