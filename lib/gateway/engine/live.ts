import { existsSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "#lib/core/time";
import { createDirectClient, pool } from "#lib/db/pool";
import type { Funds, FundsAnswer, HoldRequest } from "#lib/funds/funds";
import { type LeasedFunds, leasedFunds } from "#lib/funds/live";
import { directFunds } from "#lib/funds/store";
import { newId } from "#lib/runtime/id";
import { registerOpenHolds } from "#lib/runtime/open-holds";
import { deadCosts } from "#lib/settlement/dead-store";
import { settleInterrupted, settleOpenAdmissions } from "#lib/settlement/interrupted";
import { createSettlementWriter, createSpooledWriter, type SettlementWriter } from "#lib/settlement/live";
import { openSpool, type Spool } from "#lib/spool/store";

/** Where calls take their money from, and where their bills go. */
export type Engine = {
  kind: "leased" | "direct";
  funds: Funds;
  writer: SettlementWriter;
  /** The same straight in the database, whatever the kind: for what outlives a call, and a node. */
  database: { funds: Funds; writer: SettlementWriter };
  /** Bills that Postgres does not have yet, and how old the oldest is. */
  waiting(): { rows: number; bytes: number; lagMs: number };
  /** After the last call: everything is in Postgres, or safe on this node's disk; leases are given back. */
  stop(): Promise<void>;
};

const SPOOL_FILE = "spool.db";
/** What the spool's file may grow to; before that, calls are refused. */
const SPOOL_MAX_BYTES = 4 * 2 ** 30;
const SPOOL_CAPACITY_BYTES = 2 * 2 ** 30;
const DRAIN_MS = 20_000;

/**
 * Starts the engine that FUNDS names. What the last run of this node left open is settled first: calls that it had
 * admitted become `server_interrupted`, and what its spool holds goes to Postgres before new money is leased.
 */
export async function startEngine(
  kind: "leased" | "direct",
  nodeId: string,
  dataDir: string,
): Promise<Engine> {
  const direct = createSettlementWriter({ pool: pool(), newId: () => newId() });
  const database = { funds: directFunds(pool(), nodeId, "all"), writer: direct };
  await settleInterrupted(nodeId, direct, pool());
  if (kind === "direct") {
    // What a leased run left on this disk goes to Postgres first, and its leases go back.
    if (existsSync(join(dataDir, SPOOL_FILE))) await (await startLeased(nodeId, dataDir, database)).stop();
    return {
      kind,
      ...database,
      database,
      waiting: () => ({ rows: direct.backlog(), bytes: 0, lagMs: 0 }),
      stop: () => direct.drain(),
    };
  }
  return startLeased(nodeId, dataDir, database);
}

/** Money from leases in memory, bills on this node's own disk; Postgres follows behind the calls' backs. */
async function startLeased(nodeId: string, dataDir: string, database: Engine["database"]): Promise<Engine> {
  const spool = openSpool({ path: join(dataDir, SPOOL_FILE), maxBytes: SPOOL_MAX_BYTES, reserve: true });
  const late: { funds?: LeasedFunds } = {};
  const writer = createSpooledWriter({
    spool,
    pool: pool(),
    nodeId,
    newId: () => newId(),
    random: Math.random,
    capacityBytes: SPOOL_CAPACITY_BYTES,
    onFlushed: (states) => late.funds?.flushed(states),
  });
  await settleOpenAdmissions(nodeId, spool, writer);
  await writer.replayed();
  const unflushed = await deadCosts(nodeId, pool());
  const options = { pool: pool(), nodeId, directClient: createDirectClient, clock: systemClock, unflushed };
  const funds = await leasedFunds(options);
  late.funds = funds;
  registerOpenHolds(nodeId, funds.heldBy);
  return {
    kind: "leased",
    funds: { ...funds, hold: (request) => holdAndJournal(funds, writer.journal, request) },
    writer,
    database,
    waiting: () => ({ rows: spool.rows(), bytes: spool.bytes(), lagMs: lagOf(spool, Date.now()) }),
    async stop() {
      await Promise.all([writer.drain(DRAIN_MS), database.writer.drain(DRAIN_MS)]);
      await funds.stop();
      spool.close();
    },
  };
}

/** How long ago the oldest call ended whose bill waits. */
function lagOf(spool: Spool, nowMs: number): number {
  const [oldest] = spool.rows() === 0 ? [] : spool.read(spool.forgottenTo, 1);
  if (oldest?.settlement === undefined) return 0;
  const { createdAtMs, latencyMs } = oldest.settlement.row;
  return Math.max(0, nowMs - createdAtMs - latencyMs);
}

type Journal = (admission: Parameters<ReturnType<typeof createSpooledWriter>["journal"]>[0]) => void;

/** An admitted call stands in the spool, so that a crash leaves its row; nothing waits for that. */
function holdAndJournal(funds: Funds, journal: Journal, request: HoldRequest): ReturnType<Funds["hold"]> {
  const journalled = (answer: FundsAnswer): FundsAnswer => {
    if (answer !== "ok") return answer;
    const { requestId, amountNanoUsd, budget, log } = request;
    journal({ requestId, holdNanoUsd: amountNanoUsd, periodStartMs: budget?.periodStartMs ?? null, log });
    return answer;
  };
  const answer = funds.hold(request);
  return typeof answer === "string" ? journalled(answer) : answer.then(journalled);
}
