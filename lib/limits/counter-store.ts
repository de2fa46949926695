import type pg from "pg";
import {
  busyRetryMs,
  type Check,
  decisionOf,
  placeLapsesMs,
  type SharedEngine,
  type Stand,
  type Ticket,
} from "./limiter.ts";
import { windowMs } from "./metrics.ts";

type StandRow = {
  used: bigint;
  reset_ms: number;
  wait_ms: number | null;
  cell: bigint;
};

/** Running calls of this process whose places are kept from lapsing. */
type Place = { counter: string; cell: number };

/**
 * Counters in Postgres, by its clock, for nodes that share nothing else: exact, and a round trip per call, so only for
 * limits that are too small to be divided. `nowMs` is a clock for tests.
 */
export function postgresLimiter(pool: pg.Pool, nowMs?: () => number): SharedEngine {
  const places = new Map<number, Place>();

  async function ask(checks: readonly Check[], taking: boolean): Promise<Stand[]> {
    const { rows } = await pool.query<StandRow>({
      name: "take-limits",
      text: "SELECT * FROM hot.take_limits($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      values: [
        nowMs?.() ?? null,
        windowMs,
        placeLapsesMs,
        busyRetryMs,
        taking,
        checks.map(({ counter }) => counter),
        checks.map(({ metric }) => metric === "concurrency"),
        checks.map(({ limit }) => limit),
        checks.map(({ amount }) => amount),
        checks.map(({ shadow }) => shadow),
      ],
    });
    return rows.map((row) => ({
      used: Number(row.used),
      resetMs: row.reset_ms,
      waitMs: row.wait_ms,
      cell: Number(row.cell),
    }));
  }

  async function release(ticket: Ticket): Promise<void> {
    const running = ours(ticket).filter(({ check }) => check.metric === "concurrency");
    if (running.length === 0) return;
    for (const { cell } of running) places.delete(cell);
    await pool.query({
      name: "release-limits",
      text: `DELETE FROM hot.limit_taken t USING unnest($1::text[], $2::bigint[]) AS e(counter, cell)
        WHERE t.counter = e.counter AND t.cell = e.cell`,
      values: [running.map(({ check }) => check.counter), running.map(({ cell }) => cell)],
    });
  }

  async function change(ticket: Ticket, amountOf: (check: Check) => number): Promise<void> {
    const windows = ticket.filter(({ check }) => check.metric !== "concurrency");
    if (windows.length === 0) return;
    await pool.query({
      name: "correct-limits",
      text: `UPDATE hot.limit_taken t SET amount = e.amount
        FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS e(counter, cell, amount)
        WHERE t.counter = e.counter AND t.cell = e.cell`,
      values: [
        windows.map(({ check }) => check.counter),
        windows.map(({ cell }) => cell),
        windows.map(({ check }) => amountOf(check)),
      ],
    });
  }

  return {
    by: "postgres",
    async take(checks) {
      const decision = decisionOf(checks, await ask(checks, true), "postgres");
      if (!decision.taken) return decision;
      for (const { check, cell } of decision.ticket) {
        if (check.metric === "concurrency") places.set(cell, { counter: check.counter, cell });
      }
      return decision;
    },
    async levels(checks) {
      const stands = await ask(checks, false);
      return checks.map((check, index) => ({
        check,
        used: stands[index]?.used ?? 0,
        resetMs: stands[index]?.resetMs ?? 0,
      }));
    },
    correct: (ticket, metric, amount) =>
      change(
        ours(ticket).filter(({ check }) => check.metric === metric),
        () => Math.max(0, amount),
      ),
    async cancel(ticket) {
      await change(ours(ticket), () => 0);
      await release(ticket);
    },
    release,
    async ping() {
      await pool.query("SELECT 1");
    },
    async renew() {
      const running = [...places.values()];
      if (running.length === 0) return;
      await pool.query({
        name: "renew-limits",
        text: `UPDATE hot.limit_taken t
          SET ends_ms = coalesce($3::double precision, extract(epoch FROM clock_timestamp()) * 1000) + $4::double precision
          FROM unnest($1::text[], $2::bigint[]) AS e(counter, cell) WHERE t.counter = e.counter AND t.cell = e.cell`,
        values: [
          running.map(({ counter }) => counter),
          running.map(({ cell }) => cell),
          nowMs?.() ?? null,
          placeLapsesMs,
        ],
      });
    },
  };
}

/** Takes away counters that nothing has been in for a while; those in use at this moment are left. */
export async function tidyCounters(pool: pg.Pool): Promise<void> {
  await pool.query(
    `DELETE FROM hot.limit_taken WHERE ends_ms < extract(epoch FROM clock_timestamp()) * 1000 - 5000`,
  );
  await pool.query(
    `DELETE FROM hot.limit_counter WHERE counter IN (
       SELECT c.counter FROM hot.limit_counter c
       WHERE NOT EXISTS (SELECT 1 FROM hot.limit_taken t WHERE t.counter = c.counter)
       LIMIT 10000 FOR UPDATE SKIP LOCKED)`,
  );
}

const ours = (ticket: Ticket): Ticket => ticket.filter(({ by }) => by === "postgres");
