import {
  type Check,
  decisionOf,
  placeLapsesMs,
  type SharedEngine,
  type Stand,
  type Ticket,
} from "../limiter.ts";

/** The scripts of script.ts as a connection runs them. Each may reject. */
export type Scripts = {
  take(keys: readonly string[], args: readonly (string | number)[]): Promise<(string | number)[]>;
  correct(keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  renew(keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  release(keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  ping(): Promise<unknown>;
};

type Options = {
  scripts: Scripts;
  /** Tells this process's running calls from others'. */
  processId: string;
  /** The moment in µs for tests; without it the server's own clock counts. */
  nowUs?: () => number;
};

const RENEWED_AT_ONCE = 500;

/**
 * Counters in Valkey or Redis, by its own clock, shared by every node that is connected to it. Keys carry the account or
 * channel as their hash tag, so that one call's counters lie in one slot of a cluster.
 */
export function valkeyLimiter({ scripts, processId, nowUs }: Options): SharedEngine {
  const places = new Map<number, string[]>();
  let calls = 0;
  const moment = () => (nowUs === undefined ? "" : Math.round(nowUs()));

  async function ask(
    checks: readonly Check[],
    taking: boolean,
  ): Promise<{ taken: boolean; stands: Stand[]; call: number }> {
    calls += 1;
    const call = calls;
    const args: (string | number)[] = [
      moment(),
      `${processId}:${call}`,
      placeLapsesMs * 1000,
      taking ? 1 : 0,
    ];
    for (const { metric, limit, amount, shadow } of checks) {
      args.push(metric === "concurrency" ? "c" : "w", limit, amount, shadow ? 1 : 0);
    }
    const [taken, ...figures] = await scripts.take(checks.map(keyOf), args);
    const stands = checks.map(({ metric }, index) => {
      const [used, reset, wait, cell] = figures.slice(index * 4, index * 4 + 4).map(Number);
      if (used === undefined || reset === undefined || wait === undefined || cell === undefined)
        throw new Error("the engine's answer is too short");
      const waitMs = wait < 0 ? null : wait / 1000;
      return { used, resetMs: reset / 1000, waitMs, cell: metric === "concurrency" ? call : cell };
    });
    return { taken: taken === 1, stands, call };
  }

  return {
    by: "valkey",
    async take(checks) {
      const { stands, call } = await ask(checks, true);
      const decision = decisionOf(checks, stands, "valkey");
      if (decision.taken) {
        const running = decision.ticket.filter(({ check }) => check.metric === "concurrency");
        if (running.length > 0)
          places.set(
            call,
            running.map(({ check }) => keyOf(check)),
          );
      }
      return decision;
    },
    async levels(checks) {
      const { stands } = await ask(checks, false);
      return checks.map((check, index) => ({
        check,
        used: stands[index]?.used ?? 0,
        resetMs: stands[index]?.resetMs ?? 0,
      }));
    },
    async correct(ticket, metric, amount) {
      await change(
        ticket.filter(({ check }) => check.metric === metric),
        (check) => amount - check.amount,
      );
    },
    async cancel(ticket) {
      await Promise.all([change(ticket, (check) => -check.amount), release(ticket)]);
    },
    release,
    async ping() {
      await scripts.ping();
    },
    async renew() {
      const calls = [...places.keys()];
      for (let from = 0; from < calls.length; from += RENEWED_AT_ONCE) {
        // Looked up only now: a place that was released meanwhile must not come back.
        const some = calls.slice(from, from + RENEWED_AT_ONCE).flatMap((call) => placesOf(call));
        await Promise.all(
          some.map(({ key, member }) => scripts.renew([key], [moment(), placeLapsesMs * 1000, member])),
        );
      }
    },
  };

  function placesOf(call: number): { key: string; member: string }[] {
    return (places.get(call) ?? []).map((key) => ({ key, member: `${processId}:${call}` }));
  }

  async function change(ticket: Ticket, by: (check: Check) => number): Promise<void> {
    const windows = ticket.filter(
      ({ check, by: counting }) => counting === "valkey" && check.metric !== "concurrency",
    );
    const changes = windows
      .map(({ check, cell }) => [cell, by(check)] as const)
      .filter(([, delta]) => delta !== 0);
    if (changes.length === 0) return;
    const keys = windows.filter(({ check }) => by(check) !== 0).map(({ check }) => keyOf(check));
    await scripts.correct(keys, [moment(), ...changes.flat()]);
  }

  async function release(ticket: Ticket): Promise<void> {
    const running = ticket.filter(({ check, by }) => by === "valkey" && check.metric === "concurrency");
    if (running.length === 0) return;
    for (const { cell } of running) places.delete(cell);
    await scripts.release(
      running.map(({ check }) => keyOf(check)),
      running.map(({ cell }) => `${processId}:${cell}`),
    );
  }
}

function keyOf({ owner, counter }: Check): string {
  return `tollgate:{${owner}}:${counter}`;
}
