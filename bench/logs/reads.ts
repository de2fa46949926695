import { listByIpOperation as byIp } from "#lib/api/operations/log-reports";
import { listLogsOperation as logs } from "#lib/api/operations/logs";
import { getMetricsOperation as metrics } from "#lib/api/operations/metrics";
import { type Asker, type Spread, spreadOf } from "./ask.ts";
import { HOUR_MS } from "./calls.ts";
import { type Cast, nth, skewed } from "./cast.ts";

const DAY_MS = 24 * HOUR_MS;
const TIMES = 40;

/** One line of the report: what was asked, how long it took, and what it must stay below. */
export type Read = Spread & { name: string; most: number | null; note: string };
type Page = {
  items: { requestId: string; ip: string | null }[];
  nextCursor: string | null;
  partial?: boolean;
  scannedTo?: string;
};
type Span = { fromMs: number; toMs: number };
type Query = Record<string, string | number>;

/** Asks what an operator asks, with keys, accounts and addresses drawn as the traffic has them. */
export async function measureReads(
  asker: Asker,
  cast: Cast,
  span: Span,
  random: () => number,
): Promise<Read[]> {
  const reads: Read[] = [];
  const draw = drawer(cast, span, random);
  const time = async (
    name: string,
    most: number | null,
    ask: (index: number) => Promise<{ ms: number; note?: string }>,
    times = TIMES,
  ) => {
    const found: { ms: number; note?: string }[] = [];
    for (let index = 0; index < times; index += 1) found.push(await ask(index));
    const note = found.at(-1)?.note ?? "";
    reads.push({ name, most, note, ...spreadOf(found.map(({ ms }) => ms)) });
    const { p50, p95 } = spreadOf(found.map(({ ms }) => ms));
    console.log(`${name}: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms ${note}`);
  };
  const page = async (query: Query) => {
    const { ms, answer } = await asker.timed<Page>(logs, query);
    return { ms, answer, note: noteOf(answer) };
  };
  const ids: string[] = [];
  await time("a key's calls of a day", 150, async () => page({ keyId: draw.key(), ...draw.day() }));
  await time("an account's calls of a day", 150, async () =>
    page({ accountId: draw.account(), ...draw.day() }),
  );
  await time("an address's calls of a day", 150, async () => {
    const { ms, answer } = await page({ ip: draw.address(), ...draw.day() });
    ids.push(...answer.items.slice(0, 2).map((row) => row.requestId));
    return { ms };
  });
  await time("one call by its id", 150, (index) => page({ requestId: ids[index % ids.length] ?? "" }));
  await time("the last hour, unfiltered", 150, () => page({ from: iso(span.toMs - HOUR_MS) }));
  await time("a rare key over 30 days", null, () => page({ keyId: draw.rareKey() }));
  await time(
    "a network (/16) over 30 days",
    null,
    () => page({ cidr: `${draw.address4().split(".").slice(0, 2).join(".")}.0.0/16` }),
    10,
  );
  await time("a user agent that nobody has, over 30 days", 2_300, () => page({ userAgent: "nobody" }), 5);
  await time("cost above $1,000, over 30 days", 2_300, () => page({ minCost: "1000" }), 5);
  const report = (query: Query) => asker.timed(byIp, query);
  const month = { from: iso(span.fromMs), to: iso(span.toMs) };
  const last = { from: iso(span.toMs - DAY_MS), to: iso(span.toMs) };
  await time("by address, one key, 30 days", 500, () => report({ keyId: draw.key(), ...month }));
  await time("by address, everybody, 30 days", null, () => report(month), 10);
  await time("by network, everybody, a day", null, () => report({ by: "network", ...last }), 10);
  const chart = (query: Query) => asker.timed(metrics, query);
  await time("RPM by model, 24 h by the minute", 100, () =>
    chart({ metric: "rpm", groupBy: "model", step: 60, ...last }),
  );
  await time("RPM by model, 30 days by the hour", 300, () =>
    chart({ metric: "rpm", groupBy: "model", ...month }),
  );
  await time(
    "spend by account, 30 days by the hour",
    null,
    () => chart({ metric: "cost", groupBy: "account", ...month }),
    10,
  );
  await time(
    "RPM of one key by model, 30 days",
    null,
    () => chart({ metric: "rpm", groupBy: "model", keyId: draw.key(), ...month }),
    10,
  );
  await time("latency, 24 h by the minute", null, () => chart({ metric: "latency", step: 60, ...last }), 10);
  await time(
    "first token by model, 30 days by the hour",
    null,
    () => chart({ metric: "firstToken", groupBy: "model", ...month }),
    10,
  );
  await time(
    "RPM by key, 24 h by the minute",
    null,
    () => chart({ metric: "rpm", groupBy: "key", step: 60, ...last }),
    10,
  );
  return reads;
}

function noteOf(page: Page): string {
  if (page.partial !== true) return "";
  return `partial, ${page.items.length} rows, scanned to ${page.scannedTo ?? "?"}`;
}

const iso = (ms: number) => new Date(ms).toISOString();

function drawer(cast: Cast, { fromMs, toMs }: Span, random: () => number) {
  const key = () => nth(cast.keys, skewed(random(), cast.keys.length));
  const address = () => nth(key().addresses, 0);
  return {
    key: () => key().id,
    rareKey: () => nth(cast.keys, cast.keys.length - 1 - Math.floor(random() * 100)).id,
    account: () => key().accountId,
    address,
    address4() {
      let found = address();
      while (found.includes(":")) found = address();
      return found;
    },
    day() {
      const end = fromMs + DAY_MS + random() * (toMs - fromMs - DAY_MS);
      return { from: iso(end - DAY_MS), to: iso(end) };
    },
  };
}
