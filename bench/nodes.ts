import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { compare, coresOf, startGroup, type Together, together } from "./suite/node-group.ts";
import { type Spread, type Sums, spreadOf, sumsOf } from "./suite/node-proof.ts";
import { machine } from "./suite/record.ts";
import { startUpstream } from "./suite/subjects.ts";

const NODES = 3;
const WARM_SECONDS = 6;
const CHANGES = 20;
const MOST_SPREAD_MS = 1_000;
const REPORT = "docs/benchmarks-nodes.md";

/**
 * `npm run bench:nodes`: three server processes on one Postgres against one of them alone; then whether every call is
 * billed once and how long a change takes to reach the others. Writes docs/benchmarks-nodes.md and fails if a sum is
 * wrong or a change took a second.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "5" },
      rounds: { type: "string", default: "3" },
      "dry-run": { type: "boolean", default: false },
    },
  });
  const upstream = await startUpstream();
  const group = await startGroup(upstream, NODES);
  try {
    const warm = [await together(group, NODES, WARM_SECONDS), await together(group, 1, WARM_SECONDS)];
    const how = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
    const { one, all, answered } = await compare(group, how, console.log);
    const calls = answered + warm.reduce((sum, each) => sum + each.answered, 0);
    const sums = await sumsOf(group, calls);
    const spread = await spreadOf(group, CHANGES);
    const text = report({ one, all, calls, sums, spread });
    console.log(`\n${text}`);
    const wrong = faults({ one, all, calls, sums, spread });
    for (const sentence of wrong) console.error(sentence);
    if (wrong.length > 0) process.exitCode = 1;
    else if (!values["dry-run"]) await writeFile(REPORT, text);
  } finally {
    await group.end();
    await upstream.end();
  }
}

type Found = { one: Together; all: Together; calls: number; sums: Sums; spread: Spread };

function faults({ calls, sums, spread }: Found): string[] {
  const found: string[] = [];
  if (sums.rows !== calls) found.push(`${calls} calls were answered, and ${sums.rows} rows are billed.`);
  if (sums.rowCosts !== sums.usage) found.push(`Rows cost ${sums.rowCosts}, the ledger has ${sums.usage}.`);
  if (sums.held !== 0n) found.push(`${sums.held} nano-USD are still held.`);
  if (!sums.ledgerOk) found.push("The ledger does not verify.");
  if (spread.worstMs >= MOST_SPREAD_MS) found.push(`A change took ${spread.worstMs.toFixed(0)} ms.`);
  return found;
}

function report({ one, all, calls, sums, spread }: Found): string {
  const row = (name: string, of: Together) =>
    `| ${name} | ${of.perSecond.toFixed(0)} | ${of.p99Ms.toFixed(1)} ms | ${of.cpuUs.toFixed(0)} µs | ${of.failed} |`;
  const cores = coresOf(NODES);
  const sharing =
    cores === 1
      ? `All ${NODES} share the one core that the single node has to itself, so the comparison shows what being several costs, not what more machines bring.`
      : `The ${NODES} nodes have ${cores} cores between them.`;
  return `# Several nodes

Written by \`npm run bench:nodes\`; not by hand. ${NODES} server processes on one Postgres, everything on, eight customers whose
balances all nodes spend from. Load, mock upstream and Postgres have a core of their own. ${sharing}

${new Date().toISOString().slice(0, 10)}; ${machine()}.

| | JSON requests/s | p99 | CPU per call | failed |
| --- | --- | --- | --- | --- |
${row("1 node", one)}
${row(`${NODES} nodes`, all)}

${NODES} nodes : 1 node ${(all.perSecond / one.perSecond).toFixed(2)}.

Of ${calls} answered calls ${sums.rows} are rows that are billed; they cost ${sums.rowCosts} nano-USD, and the ledger has
${sums.usage} of usage. Held and leased after the end: ${sums.held}. The ledger ${sums.ledgerOk ? "verifies" : "does not verify"}.

A key made or disabled on one node is so on all others after ${spread.p50Ms.toFixed(0)} ms (median of ${spread.changes} changes), at most ${spread.worstMs.toFixed(0)} ms.
`;
}

await main();
