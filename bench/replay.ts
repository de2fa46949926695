import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Account } from "#lib/accounts/schema";
import type { Group } from "#lib/groups/schema";
import type { Model } from "#lib/models/schema";
import { connect, connectOptions } from "./connect.ts";
import { dollars, nanoUsd } from "./expected-cost.ts";
import { eventually, type Operator } from "./operator.ts";
import { progress } from "./progress.ts";
import { type Proof, type ProofRow, prove } from "./replay-proof.ts";
import { runSchedule } from "./schedule.ts";
import { Sender, type Sent } from "./sender.ts";
import { percentile } from "./summary.ts";
import { parseTrace, type TraceCall } from "./trace.ts";

const MODEL = "sim-chat";

type Outcome = { call: TraceCall; sent: Sent };

/**
 * Replays a recorded trace through a running gateway: the simulator answers each call with exactly the token
 * counts of the trace. Afterwards everything that the gateway kept is compared with the trace.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...connectOptions,
      key: { type: "string", default: "" },
      speed: { type: "string", default: "1" },
      limit: { type: "string", default: "0" },
      concurrency: { type: "string", default: "256" },
      streams: { type: "string", default: "0.5" },
    },
  });
  const [file] = positionals;
  if (!file) throw new Error("which trace? npm run replay -- FILE.csv [--speed N] [--limit CALLS]");
  const whole = parseTrace(readFileSync(file, "utf8"));
  const calls = Number(values.limit) > 0 ? whole.slice(0, Number(values.limit)) : whole;
  const operator = await connect(values);
  const payer = await payerOf(operator, values.key);
  const before = await operator.account(payer.accountId);

  const sender = new Sender(operator.url);
  const outcomes: Outcome[] = [];
  const { elapsedMs, worstDelayMs } = await runSchedule(calls, {
    speed: Number(values.speed),
    concurrency: Number(values.concurrency),
    onDone: progress(calls.length),
    work: async (call) => {
      const sent = await sender.send(payer.secret, callOf(call, outcomes.length, Number(values.streams)));
      outcomes.push({ call, sent });
    },
  });
  await sender.close();

  printSummary(outcomes, elapsedMs, worstDelayMs);
  // A key from outside may have rows and spending of others: then only what was sent can be told.
  if (payer.ours) await verify(operator, payer, before, outcomes);
}

type Payer = { accountId: string; keyId: string; secret: string; ours: boolean };

/** The given key, or an account of its own with enough money and a key. */
async function payerOf(operator: Operator, secret: string): Promise<Payer> {
  if (secret) {
    const keys = await operator.all<{ id: string; accountId: string; prefix: string }>("/api/keys");
    const key = keys.find((candidate) => secret.startsWith(candidate.prefix));
    if (!key) throw new Error("the gateway does not know this key");
    return { accountId: key.accountId, keyId: key.id, secret, ours: false };
  }
  const account = await operator.createAccount({ name: `Replay ${new Date().toISOString()}` });
  await operator.recharge(account.id, "100000");
  const key = await operator.createKey(account.id, { name: "replay" });
  return { accountId: account.id, keyId: key.id, secret: key.secret, ours: true };
}

function callOf(call: TraceCall, index: number, streams: number) {
  return {
    model: MODEL,
    stream: (index * 0.618_033_988_75) % 1 < streams,
    headers: {
      "x-sim-prompt-tokens": String(call.promptTokens),
      "x-sim-completion-tokens": String(call.completionTokens),
    },
  };
}

function printSummary(outcomes: readonly Outcome[], elapsedMs: number, worstDelayMs: number): void {
  const answered = outcomes.filter(({ sent }) => sent.status === 200);
  const statuses = Map.groupBy(outcomes, ({ sent }) => sent.status);
  const added = outcomes.flatMap(({ sent }) => (sent.addedMs === undefined ? [] : [sent.addedMs]));
  const latencies = answered.map(({ sent }) => sent.latencyMs);
  const tokens = (name: "promptTokens" | "completionTokens") =>
    answered.reduce((sum, { call }) => sum + call[name], 0).toLocaleString("en");
  const ms = (values: readonly number[], share: number) => `${percentile(values, share).toFixed(2)} ms`;
  console.log(`
sent            ${outcomes.length} in ${(elapsedMs / 1000).toFixed(1)} s: ${((1000 * outcomes.length) / elapsedMs).toFixed(0)} requests/s
answered        ${answered.length}   failed ${outcomes.length - answered.length}   ${[...statuses].map(([status, list]) => `${status}: ${list.length}`).join(", ")}
tokens          ${tokens("promptTokens")} prompt, ${tokens("completionTokens")} completion
latency         p50 ${ms(latencies, 0.5)}   p99 ${ms(latencies, 0.99)}
added latency   p50 ${ms(added, 0.5)}   p99 ${ms(added, 0.99)}   (server-timing of ${added.length} answers)
worst delay     ${worstDelayMs.toFixed(0)} ms behind the trace's own arrival time`);
}

async function verify(
  operator: Operator,
  payer: Payer,
  before: Account,
  outcomes: readonly Outcome[],
): Promise<void> {
  const answered = outcomes.filter(({ sent }) => sent.status === 200).map(({ call }) => call);
  // Rows and balance can be read within two seconds of the last answer.
  const rows = await eventually(
    "the rows of all calls",
    async () => {
      const items = await operator.all<ProofRow>(`/api/logs?keyId=${payer.keyId}`);
      return items.length >= outcomes.length ? items : undefined;
    },
    15_000,
  ).catch(() => operator.all<ProofRow>(`/api/logs?keyId=${payer.keyId}`));
  const after = await operator.account(payer.accountId);
  const proofs = prove({
    answered,
    rows,
    balanceBefore: before.balance,
    balanceAfter: after.balance,
    held: after.held,
    price: await priceOf(operator, after.group),
  });
  printProofs(proofs);
  const spent = nanoUsd(before.balance) - nanoUsd(after.balance);
  console.log(`cost            ${dollars(spent)}`);
  if (proofs.some((proof) => !proof.ok)) process.exitCode = 1;
}

async function priceOf(operator: Operator, groupId: string) {
  const model = await operator.need<Model>("GET", `/api/models/${MODEL}`);
  const group = await operator.need<Group>("GET", `/api/groups/${groupId}`);
  const { input, output } = model.price ?? {};
  if (!input || !output) throw new Error(`${MODEL} has no price`);
  return { input, output, groupMultiplier: group.multiplier };
}

function printProofs(proofs: readonly Proof[]): void {
  console.log("");
  for (const { what, expected, actual, ok } of proofs) {
    console.log(`${ok ? "✓" : "✗"} ${what.padEnd(32)} ${ok ? actual : `${actual}, expected ${expected}`}`);
  }
}

await main();
