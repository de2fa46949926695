import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Operator } from "../operator.ts";
import { load } from "./measure.ts";
import { medians } from "./parts.ts";
import { canPin, cpuSecondsOf, GATEWAY_CORE, OTHER_CORE } from "./processes.ts";
import { launchServer, type Server, type Subject, startServer } from "./subjects.ts";

/** Several server processes on the first one's Postgres. */
export type NodeGroup = {
  nodes: readonly Pick<Server, "port" | "pid">[];
  headers: Subject["headers"];
  model: string;
  operator: Operator;
  databaseUrl: string;
  end(): Promise<void>;
};

export async function startGroup(upstream: Subject, count: number): Promise<NodeGroup> {
  const first = await startServer(upstream, "server");
  const more: Server[] = [];
  const end = async () => {
    for (const node of more.reverse()) await node.end();
    await first.end();
  };
  try {
    const { dataDir, operator } = first.tollgate ?? {};
    if (dataDir === undefined || operator === undefined) throw new Error("the first node is not a Tollgate");
    const databaseUrl = (await readFile(join(dataDir, "database.url"), "utf8")).trim();
    const env = { DATABASE_URL: databaseUrl, MASTER_KEY_FILE: join(dataDir, "master.key") };
    while (more.length < count - 1) more.push(await launchServer(env, coreOf(more.length + 1)));
    const { headers, model } = first;
    return { nodes: [first, ...more], headers, model, operator, databaseUrl, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** How many cores `count` nodes have between them: all but the load's, the mock's and Postgres's. */
export const coresOf = (count: number) => Math.min(count, Math.max(1, cpus().length - 1));

/** Nodes take the cores in turn; on a machine of two they share one. */
function coreOf(node: number): number {
  const free = [...cpus().keys()].filter((core) => core !== OTHER_CORE);
  return canPin ? (free[node % free.length] ?? GATEWAY_CORE) : GATEWAY_CORE;
}

/** Calls that all nodes answered together. */
export type Together = { perSecond: number; answered: number; failed: number; p99Ms: number; cpuUs: number };

const CONNECTIONS = 64;

/** Loads the first `count` nodes at once, with as many connections together as one node alone gets. */
export async function together(group: NodeGroup, count: number, seconds: number): Promise<Together> {
  const nodes = group.nodes.slice(0, count);
  const cpu = () => nodes.reduce((sum, { pid }) => sum + cpuSecondsOf(pid), 0);
  const before = cpu();
  const connections = Math.ceil(CONNECTIONS / count);
  const { headers, model } = group;
  const loads = await Promise.all(
    nodes.map(({ port }) => load({ port, headers, model }, { seconds, connections })),
  );
  const answered = loads.reduce((sum, each) => sum + each.answered, 0);
  return {
    perSecond: loads.reduce((sum, each) => sum + each.answered / each.seconds, 0),
    answered,
    failed: loads.reduce((sum, each) => sum + each.failed, 0),
    p99Ms: Math.max(...loads.map((each) => each.p99Ms)),
    cpuUs: ((cpu() - before) * 1e6) / Math.max(1, answered),
  };
}

/** One node and all of them in turn, `rounds` times; the medians, and how many calls were answered in all. */
export async function compare(
  group: NodeGroup,
  how: { rounds: number; seconds: number },
  say: (line: string) => void,
): Promise<{ one: Together; all: Together; answered: number }> {
  const [one, all]: [Together[], Together[]] = [[], []];
  const count = group.nodes.length;
  for (let round = 1; round <= how.rounds; round += 1) {
    one.push(await together(group, 1, how.seconds));
    all.push(await together(group, count, how.seconds));
    const [alone, shared] = [one.at(-1)?.perSecond ?? 0, all.at(-1)?.perSecond ?? 0];
    say(`round ${round}: 1 node ${alone.toFixed(0)}/s, ${count} nodes ${shared.toFixed(0)}/s`);
  }
  const answered = [...one, ...all].reduce((sum, each) => sum + each.answered, 0);
  return { one: medians(one), all: medians(all), answered };
}
