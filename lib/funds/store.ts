import type pg from "pg";
import { createBatcher } from "#lib/runtime/batcher";
import type { Funds, FundsAnswer, HoldRequest } from "./funds.ts";
import { DatabaseAway, throwAway } from "./lease-store.ts";

const MAX_BATCH = 200;

/**
 * The direct engine: holds are conditional statements in Postgres (hot.admit), no state in this process. Holds that are
 * asked for at the same time share one transaction, because calls of one account wait for each other's commit otherwise.
 */
export function directFunds(pool: pg.Pool, nodeId: string): Funds {
  const hold = createBatcher((requests: HoldRequest[]) => admitMany(pool, nodeId, requests), {
    maxBatch: MAX_BATCH,
    parallel: 2,
  });
  return {
    hold: (request) => hold(request).catch(overloadedIfAway),
    extend: (requestId, byNanoUsd, budgetNanoUsd) =>
      extendHold(pool, requestId, byNanoUsd, budgetNanoUsd).catch(overloadedIfAway),
    settled() {},
  };
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
        column((r) => JSON.stringify(r.log)),
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
