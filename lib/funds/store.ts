import type pg from "pg";
import { createBatcher } from "#lib/runtime/batcher";
import type { Funds, FundsAnswer, HoldRequest } from "./funds.ts";
import { gather, type Standing } from "./gather.ts";
import { DatabaseAway, recallLeases, throwAway } from "./lease-store.ts";

const MAX_BATCH = 200;
/** How long a call waits for other nodes' idle money before it is refused. */
const RECALL_WAIT_MS = 150;
/** How long the request for it may take to reach the others. */
const DATABASE_WAIT_MS = 2_000;

/** Whose money: an account's, or what a key's budget leaves of it. */
type Purse = { accountId: string; key: { keyId: string; periodStart: Date; limitNanoUsd: bigint } | null };

/**
 * The direct engine: holds are conditional statements in Postgres (hot.admit), no state in this process. Holds that are
 * asked for at the same time share one transaction, because calls of one account wait for each other's commit otherwise.
 * What other nodes have leased and do not use is asked back before a call is refused; where this one leases too, `asker` is
 * somebody else's name: nodes do not hear themselves.
 */
export function directFunds(pool: pg.Pool, nodeId: string, asker = nodeId): Funds {
  const parallel = 2;
  const admit = createBatcher((requests: HoldRequest[]) => admitMany(pool, nodeId, requests), {
    ...{ maxBatch: MAX_BATCH, parallel },
  });
  const look = createBatcher((purses: Purse[]) => lookAt(pool, purses), { maxBatch: MAX_BATCH, parallel });
  const recall = (accountId: string) =>
    recallLeases({ pool, nodeId: asker, waitMs: DATABASE_WAIT_MS }, accountId);

  /** Asks again for as long as what was short comes back from other nodes. */
  async function untilGathered<A>(
    ask: () => Promise<A>,
    needNanoUsd: bigint,
    purseOf: (answer: A) => Promise<Purse | undefined>,
  ): Promise<A> {
    let answer = await ask();
    const giveUpAtMs = performance.now() + RECALL_WAIT_MS;
    for (;;) {
      const purse = await purseOf(answer);
      if (purse === undefined || performance.now() >= giveUpAtMs) return answer;
      const parts = { look: () => look(purse), recall: () => recall(purse.accountId), ...time };
      if (!(await gather(needNanoUsd, giveUpAtMs, parts))) return answer;
      answer = await ask();
    }
  }

  return {
    hold: (request) =>
      untilGathered(
        () => admit(request),
        request.amountNanoUsd,
        async (answer) => purseOfHold(request, answer),
      ).catch(overloadedIfAway),
    extend: (requestId, byNanoUsd, budgetNanoUsd) =>
      untilGathered(
        () => extendHold(pool, requestId, byNanoUsd, budgetNanoUsd),
        byNanoUsd,
        (answer) => purseOfExtension(pool, requestId, budgetNanoUsd, answer),
      ).catch(overloadedIfAway),
    settled() {},
  };
}

/**
 * Asks every node for what is free of an account until `needNanoUsd` is available: before money is taken from it by a
 * refund or an adjustment. False: it is not there; what running calls hold cannot be asked back.
 */
export async function gatherFunds(
  accountId: string,
  needNanoUsd: bigint,
  pool: pg.Pool,
  waitMs = 500,
): Promise<boolean> {
  return gather(needNanoUsd, performance.now() + waitMs, {
    look: async () => (await lookAt(pool, [{ accountId, key: null }]))[0] ?? NOTHING,
    recall: () => recallLeases({ pool, nodeId: "all", waitMs: DATABASE_WAIT_MS }, accountId),
    ...time,
  });
}

const time = {
  nowMs: () => performance.now(),
  pause: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
};

/** What a refused call was short of. */
function purseOfHold({ accountId, keyId, budget }: HoldRequest, answer: FundsAnswer): Purse | undefined {
  if (answer === "insufficient_balance") return { accountId, key: null };
  if (answer !== "budget_exceeded" || budget === null) return undefined;
  const { limitNanoUsd, periodStartMs } = budget;
  return { accountId, key: { keyId, periodStart: new Date(periodStartMs), limitNanoUsd } };
}

async function purseOfExtension(
  pool: pg.Pool,
  requestId: string,
  limitNanoUsd: bigint | null,
  answer: FundsAnswer | "gone",
): Promise<Purse | undefined> {
  if (answer !== "insufficient_balance" && answer !== "budget_exceeded") return undefined;
  const { rows } = await pool
    .query("SELECT account_id, key_id, period_start FROM hot.hold WHERE request_id = $1", [requestId])
    .catch(throwAway);
  const hold = rows[0];
  if (hold === undefined) return undefined;
  const accountId: string = hold.account_id;
  if (answer === "insufficient_balance") return { accountId, key: null };
  if (limitNanoUsd === null || hold.period_start === null) return undefined;
  return { accountId, key: { keyId: hold.key_id, periodStart: hold.period_start, limitNanoUsd } };
}

/** No money row: as if it owed. */
const NOTHING: Standing = { availableNanoUsd: -1n, leasedNanoUsd: 0n };

async function lookAt(pool: pg.Pool, purses: readonly Purse[]): Promise<Standing[]> {
  const { rows } = await pool
    .query<{ available: bigint | null; leased: bigint | null }>({
      name: "look-at-purses",
      text: `SELECT CASE WHEN t.key_id IS NULL THEN f.balance + f.credit_line - f.held - f.leased
                         ELSE t.budget - k.spent - k.held - k.leased END AS available,
               CASE WHEN t.key_id IS NULL THEN f.leased ELSE k.leased END AS leased
             FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[]) WITH ORDINALITY
               AS t(account_id, key_id, period_start, budget, place)
             LEFT JOIN hot.account_funds f ON f.account_id = t.account_id
             LEFT JOIN hot.key_budget k ON k.key_id = t.key_id AND k.period_start = t.period_start
             ORDER BY t.place`,
      values: [
        purses.map(({ accountId }) => accountId),
        purses.map(({ key }) => key?.keyId ?? null),
        purses.map(({ key }) => key?.periodStart ?? null),
        purses.map(({ key }) => key?.limitNanoUsd ?? null),
      ],
    })
    .catch(throwAway);
  return rows.map(({ available, leased }) =>
    available === null ? NOTHING : { availableNanoUsd: available, leasedNanoUsd: leased ?? 0n },
  );
}

function overloadedIfAway(error: unknown): "overloaded" {
  if (error instanceof DatabaseAway) return "overloaded";
  throw error;
}

async function extendHold(
  pool: pg.Pool,
  requestId: string,
  byNanoUsd: bigint,
  budgetNanoUsd: bigint | null,
): Promise<FundsAnswer | "gone"> {
  const { rows } = await pool
    .query<{ answer: FundsAnswer | "gone" }>({
      name: "extend-hold",
      text: "SELECT hot.extend_hold($1, $2, $3) AS answer",
      values: [requestId, budgetNanoUsd, byNanoUsd],
    })
    .catch(throwAway);
  const answer = rows[0]?.answer;
  if (answer === undefined) throw new Error("the funds function gave no answer");
  return answer;
}

async function admitMany(pool: pg.Pool, nodeId: string, requests: HoldRequest[]): Promise<FundsAnswer[]> {
  // Sorted by account: the order in which every batch takes its locks.
  const ordered = requests.map((request, index) => ({ request, index }));
  ordered.sort((a, b) => (a.request.accountId < b.request.accountId ? -1 : 1));
  const column = (value: (request: HoldRequest) => unknown) => ordered.map(({ request }) => value(request));
  const { rows } = await pool
    .query<{ answers: FundsAnswer[] }>({
      name: "admit-many",
      text: "SELECT hot.admit_many($1, $2, $3, $4, $5, $6, $7, $8) AS answers",
      values: [
        nodeId,
        column((r) => r.requestId),
        column((r) => r.accountId),
        column((r) => r.keyId),
        column((r) => (r.budget === null ? null : new Date(r.budget.periodStartMs))),
        column((r) => r.budget?.limitNanoUsd ?? null),
        column((r) => r.amountNanoUsd),
        column((r) => JSON.stringify(r.log())),
      ],
    })
    .catch(throwAway);
  const answers: FundsAnswer[] = [];
  for (const [at, { index }] of ordered.entries()) {
    const answer = rows[0]?.answers[at];
    if (answer !== undefined) answers[index] = answer;
  }
  return answers;
}
