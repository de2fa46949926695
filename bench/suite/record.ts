import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import type { Results } from "./parts.ts";
import type { Soak } from "./soak.ts";

/** What was measured last, part by part: docs/benchmarks.json. */
export type Benchmarks = {
  [Part in keyof (Results & { soak?: Soak })]?: {
    date: string;
    machine: string;
    figures: NonNullable<(Results & { soak?: Soak })[Part]>;
  };
};

/** A ratio that falls below this share of the recorded one is a regression. */
const TOLERANCE = 0.9;
const PATH = "docs/benchmarks.json";

export async function readBenchmarks(): Promise<Benchmarks> {
  const text = await readFile(PATH, "utf8").catch(() => "{}");
  return JSON.parse(text) as Benchmarks;
}

/** Writes the record as Biome lays it out: it is checked in CI like every other file. */
export async function writeBenchmarks(benchmarks: Benchmarks): Promise<void> {
  await writeFile(PATH, `${JSON.stringify(benchmarks, rounded, 2)}\n`);
  execFileSync("node_modules/.bin/biome", ["format", "--write", PATH], { stdio: "ignore" });
}

/** The record with what was measured now in its place. */
export function withResults(benchmarks: Benchmarks, results: Results & { soak?: Soak }): Benchmarks {
  const now = { date: new Date().toISOString().slice(0, 10), machine: machine() };
  const parts = Object.entries(results).map(([part, figures]) => [part, { ...now, figures }]);
  return { ...benchmarks, ...(Object.fromEntries(parts) as Benchmarks) };
}

/** How the production server stands to the others of the same run: what may be compared between machines and days. */
export function ratiosOf({ json }: Pick<Results, "json">): Record<string, number> {
  const [server, next] = [json?.server?.perSecond, json?.next?.perSecond];
  const [proxy, portkey] = [json?.proxy?.perSecond, json?.portkey?.perSecond];
  const ratios: Record<string, number> = {};
  if (server && proxy) ratios["server : bare proxy"] = server / proxy;
  if (server && portkey) ratios["server : Portkey"] = server / portkey;
  if (next && proxy) ratios["route handlers : bare proxy"] = next / proxy;
  return ratios;
}

/**
 * One sentence per ratio to the bare proxy that has fallen too far. Those to other gateways are told, not judged: they
 * move with the others' own speed, which differs by a fifth between two runs.
 */
export function regressions(before: Benchmarks, results: Results): string[] {
  const old = ratiosOf(before.json === undefined ? {} : { json: before.json.figures });
  return Object.entries(ratiosOf(results)).flatMap(([name, ratio]) => {
    const was = old[name];
    if (!name.endsWith(" : bare proxy") || was === undefined || ratio >= was * TOLERANCE) return [];
    return [`${name} fell from ${was.toFixed(2)} to ${ratio.toFixed(2)}`];
  });
}

/**
 * Under full load the gateway takes its whole core. Where it did not get it, something else ran on the machine, and
 * ratios say nothing: whoever needs less CPU waits as long as whoever needs more.
 */
export function isDisturbed({ json }: Pick<Results, "json">): boolean {
  return json?.server !== undefined && json.server.busy < LEAST_BUSY;
}
const LEAST_BUSY = 0.85;

/** What the figures were measured on. */
export function machine(): string {
  const [cpu] = cpus();
  const node = execFileSync("node_modules/.bin/node", ["--version"], { encoding: "utf8" }).trim();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  return `${cpus().length} × ${cpu?.model.trim() ?? "CPU"}, ${memory}, ${process.platform} ${process.arch}, Node ${node}`;
}

const rounded = (_: string, value: unknown) =>
  typeof value === "number" ? Number(value.toPrecision(5)) : value;
