import type pg from "pg";
import type { Funds, FundsAnswer } from "./funds.ts";

/** The direct engine: one conditional statement in Postgres per call (hot.admit), no state in this process. */
export function directFunds(pool: pg.Pool, nodeId: string): Funds {
  return {
    async hold({ requestId, accountId, keyId, amountNanoUsd, budget, log }) {
      const { rows } = await pool.query<{ answer: FundsAnswer }>({
        name: "admit",
        text: "SELECT hot.admit($1, $2, $3, $4, $5, $6, $7, $8) AS answer",
        values: [
          requestId,
          nodeId,
          accountId,
          keyId,
          budget === null ? null : new Date(budget.periodStartMs),
          budget === null ? null : budget.limitNanoUsd,
          amountNanoUsd,
          JSON.stringify(log),
        ],
      });
      return answerOf(rows);
    },
    async extend(requestId, byNanoUsd, budgetNanoUsd) {
      const { rows } = await pool.query<{ answer: FundsAnswer | "gone" }>({
        name: "extend-hold",
        text: "SELECT hot.extend_hold($1, $2, $3) AS answer",
        values: [requestId, budgetNanoUsd, byNanoUsd],
      });
      return answerOf(rows);
    },
  };
}

function answerOf<A>(rows: { answer: A }[]): A {
  const answer = rows[0]?.answer;
  if (answer === undefined) throw new Error("the funds function gave no answer");
  return answer;
}
