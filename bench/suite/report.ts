import { RATE, STREAMS } from "./parts.ts";
import { type Benchmarks, ratiosOf } from "./record.ts";

const NAMES = {
  upstream: "mock upstream alone (what the load side can do)",
  proxy: "bare srvx + undici proxy",
  server: "**Tollgate, production server**",
  memory: "the same, its spool in memory: no disk to wait for",
  next: "Tollgate, Next's route handlers (`GATEWAY_MOUNT=next`)",
  portkey: "`@portkey-ai/gateway`",
} as const;
const ORDER = ["upstream", "proxy", "server", "memory", "next", "portkey"] as const;
const DISK =
  "the disk alone: 16 KB written and synced, as often, on the gateway's core; who comes while it stands still waits";

/** docs/benchmarks.md, whole. */
export function report(benchmarks: Benchmarks): string {
  const parts = [
    HEAD,
    jsonText(benchmarks),
    latencyText(benchmarks),
    sseText(benchmarks),
    soakText(benchmarks),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const HEAD = `# Benchmarks

Written by \`npm run bench\`; not by hand. Figures of one run compare with each other, not with another day's: the ratios are
what is kept, and the command fails when one to the bare proxy falls below nine tenths of what is recorded here (benchmarks.json).

Everything runs on one machine: the gateway under test on one core, the load generator, the mock upstream and Postgres on the other.
Tollgate runs with everything on: embedded Postgres, keys and prices from memory, money from leases, every bill committed to
the spool (synchronous) before its answer ends, every call a row, a ledger entry and rollups in Postgres. Eight customers, a
prompt of 1 KB, an answer of 0.9 KB. Medians of several rounds in which all take turns, each after a second or two of the same
load that are not counted.`;

function jsonText({ json }: Benchmarks): string {
  if (json === undefined) return "";
  const { figures } = json;
  const rows = ORDER.flatMap((name) => {
    const of = figures[name];
    if (of === undefined) return [];
    const share = figures.proxy === undefined ? "" : percent(of.perSecond / figures.proxy.perSecond);
    const cells = [
      round(of.perSecond),
      share,
      `${round(of.cpuUs)} µs`,
      percent(of.busy),
      `${round(of.rssMb)} MB`,
    ];
    return [`| ${NAMES[name]} | ${cells.join(" | ")} | ${of.failed} |`];
  });
  const ratios = Object.entries(ratiosOf({ json: figures })).map(
    ([name, ratio]) => `${name} ${ratio.toFixed(2)}`,
  );
  return `## JSON, as many as it takes

${stamp(json)} 64 connections.

| | requests/s | of the proxy | CPU per call | its core in use | RSS | failed |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

Ratios: ${ratios.join(", ")}. Where a core in use is clearly below 100 %, the load side was the narrower one.`;
}

function latencyText({ latency }: Benchmarks): string {
  if (latency === undefined) return "";
  const base = latency.figures.upstream;
  const rows = ORDER.flatMap((name) => {
    const of = latency.figures[name];
    if (of === undefined) return [];
    const added =
      base && name !== "upstream" ? [ms(of.p50Ms - base.p50Ms), ms(of.p99Ms - base.p99Ms)] : ["", ""];
    return [`| ${NAMES[name]} | ${ms(of.p50Ms)} | ${ms(of.p99Ms)} | ${added.join(" | ")} |`];
  });
  const { disk } = latency.figures;
  if (disk !== undefined) rows.push(`| ${DISK} | ${ms(disk.p50Ms)} | ${ms(disk.p99Ms)} | | |`);
  return `## Latency at ${RATE} JSON calls a second

${stamp(latency)} A call's bill is on the disk before its answer ends, so that what the disk takes is in each of Tollgate's.

| | p50 | p99 | added p50 | added p99 |
| --- | --- | --- | --- | --- |
${rows.join("\n")}`;
}

function sseText({ sse }: Benchmarks): string {
  if (sse === undefined) return "";
  const rows = ORDER.flatMap((name) => {
    const of = sse.figures[name];
    if (of === undefined) return [];
    const memory = name === "upstream" ? "" : `${round(of.rssKbPerStream)} KB`;
    const cells = [
      ...[of.whole, of.broken, ms(of.heldP50Ms), ms(of.heldP99Ms)],
      // Runs of before it was measured are still shown.
      ...[of.openP99Ms, of.heldWorstMs, of.stalledMs].map((figure) =>
        figure === undefined ? "" : ms(figure),
      ),
      memory,
      ...[`${round(of.cpuUs)} µs`, percent(of.coreBusy), percent(of.busy)],
    ];
    return [`| ${NAMES[name]} | ${cells.join(" | ")} |`];
  });
  return `## ${STREAMS} streams at a time, 10 events a second each

${stamp(sse)} From the moment at which the upstream sent an event until the client has read it.

| | whole | broken | event p50 | event p99 | p99 while all are open | worst | longest standstill of the load generator | memory per open stream | CPU per event | its core in use | load generator's share of its core |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}`;
}

function soakText({ soak }: Benchmarks): string {
  if (soak === undefined) return "";
  const { figures: f } = soak;
  const growth = f.databaseMbAfter - f.databaseMbBefore;
  return `## A long run

${stamp(soak)} \`npm run bench -- --only soak --requests ${f.requests}\`

${f.requests} calls in ${round(f.seconds)} s (${round(f.perSecond)}/s), ${f.failed} failed. Resident memory after each tenth:
${f.rssMb.join(", ")} MB. Five seconds after the last answer Postgres had ${f.rowsAfter5s} rows of them and the spool's files
took ${f.spoolMbAfter.toFixed(1)} MB. The database grew by ${round(growth)} MB: ${round((growth * 2 ** 20) / f.requests)} bytes a call.`;
}

const stamp = ({ date, machine }: { date: string; machine: string }) => `${date}; ${machine}.`;
const round = (value: number) => value.toFixed(0);
const ms = (value: number) => `${value.toFixed(2)} ms`;
const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
