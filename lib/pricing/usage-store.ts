import { HOUSE_ACCOUNT_ID } from "#lib/accounts/house";
import { prisma } from "#lib/db/client";
import type { UsageCell } from "./preview.ts";

type Row = {
  accountId: string;
  groupId: string;
  model: string;
  step: number;
  requests: bigint;
  tokens: bigint[];
  images: bigint;
  seconds: bigint;
  characters: bigint;
  billed: string;
};

/** What customers were billed for on and after a UTC day (YYYY-MM-DD), summed by account, line, model and prompt length. */
export async function usageSince(day: string): Promise<UsageCell[]> {
  // Summed in memory: with the memory that a statement has by default half a million rows are sorted on disk.
  const [, rows] = await prisma().$transaction([
    prisma().$executeRaw`SET LOCAL work_mem = '128MB'`,
    prisma().$queryRaw<Row[]>`
    SELECT account_id AS "accountId", group_id AS "groupId", model, context_step::int AS step,
      sum(requests)::bigint AS requests,
      ARRAY[sum(tokens[1]), sum(tokens[2]), sum(tokens[3]), sum(tokens[4]), sum(tokens[5]), sum(tokens[6]),
        sum(tokens[7]), sum(tokens[8]), sum(tokens[9]), sum(tokens[10])]::bigint[] AS tokens,
      sum(images)::bigint AS images, sum(seconds)::bigint AS seconds, sum(characters)::bigint AS characters,
      sum(cost)::text AS billed
    FROM hot.rollup_day_usage
    WHERE day >= ${day}::date AND account_id <> ${HOUSE_ACCOUNT_ID}
    GROUP BY account_id, group_id, model, context_step`,
  ]);
  return rows.map((row) => ({ ...row, requests: Number(row.requests), billed: BigInt(row.billed) }));
}
