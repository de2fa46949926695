import {
  diskLatency,
  type Latency,
  latency,
  type Streams,
  streams,
  type Throughput,
  throughput,
} from "./measure.ts";
import {
  type Subject,
  startInMemory,
  startPortkey,
  startProxy,
  startServer,
  startUpstream,
} from "./subjects.ts";

export type PartName = "json" | "latency" | "sse";
/** Medians of the rounds, by subject. */
export type JsonPart = Partial<Record<Subject["name"], Throughput>>;
export type LatencyPart = Partial<Record<Subject["name"] | "disk", Latency>>;
export type SsePart = Partial<Record<Subject["name"], Streams>>;
export type Results = { json?: JsonPart; latency?: LatencyPart; sse?: SsePart };

export const RATE = 500;
export const STREAMS = 2_000;
const ROUNDS = 3;
/** On a machine whose speed changes by a third from one second to the next, many short turns tell more than three long ones. */
const JSON_ROUNDS = 9;
/** Once per subject: until the compiler has seen enough of it. Tollgate gains a tenth between the eighth second and the sixteenth. */
const WARM_SECONDS = 16;
/** Before each figure, the same load uncounted: what is kept is the rate that lasts, not the first call after others' turns. */
const JSON_LEAD_SECONDS = 1;
const JSON_SECONDS = 2;
const LATENCY_LEAD_SECONDS = 2;
const LATENCY_SECONDS = 5;
const EVENTS = 100;
const RAMP_MS = 4_000;

/** Measures the named parts, each subject in turn and all of them several times, so that a slow minute hits them alike. */
export async function measureParts(
  names: readonly PartName[],
  say: (line: string) => void,
): Promise<Results> {
  const upstream = await startUpstream({ EVENTS: String(EVENTS) });
  const started: Subject[] = [upstream];
  const add = async (subject: Promise<Subject | undefined>) => {
    const made = await subject;
    if (made !== undefined) started.push(made);
  };
  try {
    await add(startProxy(upstream));
    await add(startServer(upstream, "server"));
    if (names.includes("json")) {
      await add(startServer(upstream, "next"));
      await add(startPortkey(upstream));
    }
    for (const subject of started) await throughput(subject, { seconds: WARM_SECONDS });
    const results: Results = {};
    if (names.includes("json")) {
      const measure = async (subject: Subject) => {
        await throughput(subject, { seconds: JSON_LEAD_SECONDS });
        return throughput(subject, { seconds: JSON_SECONDS });
      };
      results.json = await rounds("json", JSON_ROUNDS, started, measure, say);
    }
    // Nobody is measured beside a neighbour that has nothing to do with it: a second Tollgate never rests quite.
    const three = started.filter(({ name }) => name !== "next" && name !== "portkey");
    for (const subject of started.splice(0).reverse()) if (!three.includes(subject)) await subject.end();
    started.push(...three);
    if (names.includes("latency")) {
      const measure = async (subject: Subject | typeof DISK) => {
        if ("isDisk" in subject) return diskLatency(RATE, LATENCY_SECONDS);
        await latency(subject, RATE, LATENCY_LEAD_SECONDS);
        return latency(subject, RATE, LATENCY_SECONDS);
      };
      results.latency = await rounds("latency", ROUNDS, [...three, DISK], measure, say);
      const memory = await startInMemory(upstream);
      try {
        if (memory !== undefined) {
          await throughput(memory, { seconds: WARM_SECONDS });
          Object.assign(results.latency, await rounds("latency", ROUNDS, [memory], measure, say));
        }
      } finally {
        await memory?.end();
      }
    }
    if (names.includes("sse")) {
      const how = { streams: STREAMS, rampMs: RAMP_MS, events: EVENTS };
      results.sse = await rounds("sse", ROUNDS, three, (subject) => streams(subject, how), say);
    }
    return results;
  } finally {
    for (const subject of started.reverse()) await subject.end();
  }
}

/** What a commit waits for, whoever writes it. */
const DISK = { name: "disk", isDisk: true } as const;

/** Every subject in every round; then, figure by figure, the median. */
async function rounds<S extends { name: string }, T extends Record<string, number>>(
  part: string,
  count: number,
  subjects: readonly S[],
  measure: (subject: S) => Promise<T>,
  say: (line: string) => void,
): Promise<Partial<Record<S["name"], T>>> {
  const all = new Map<S["name"], T[]>();
  for (let round = 1; round <= count; round += 1) {
    for (const subject of subjects) {
      const figures = await measure(subject);
      const name: S["name"] = subject.name;
      all.set(name, [...(all.get(name) ?? []), figures]);
      say(`${part} ${round}/${count} ${name.padEnd(8)} ${inWords(figures)}`);
    }
  }
  const middles = [...all].map(([name, figures]) => [name, medians(figures)]);
  return Object.fromEntries(middles) as Partial<Record<S["name"], T>>;
}

/** Each figure's own median: 1, 5, 3 and 2, 2, 9 give 3 and 2. */
export function medians<T extends Record<string, number>>(rounds: readonly T[]): T {
  const names = Object.keys(rounds[0] ?? {});
  const middle = (name: string) =>
    rounds.map((figures) => figures[name] ?? 0).sort((a, b) => a - b)[rounds.length >> 1] ?? 0;
  return Object.fromEntries(names.map((name) => [name, middle(name)])) as T;
}

function inWords(figures: Record<string, number>): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value >= 100 ? value.toFixed(0) : value.toFixed(2)}`)
    .join("  ");
}
