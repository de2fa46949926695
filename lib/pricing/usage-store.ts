import { HOUSE_ACCOUNT_ID } from "#lib/accounts/house";
import { prisma } from "#lib/db/client";
import type { DayCell, UsageCell } from "./usage-cells.ts";

type Sums = {
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
export async function usageSince(day: string): Promise<DayCell[]> {
  // Summed in memory: with the memory that a statement has by default half a million rows are sorted on disk.
  const [, rows] = await prisma().$transaction([
    prisma().$executeRaw`SET LOCAL work_mem = '128MB'`,
    prisma().$queryRaw<Sums[]>`
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
  return rows.map(toCell);
}

/**
 * The same of some models by the kind of image and the stretch of the day: `cuts` are the half hours (0 first, ascending)
 * at which some price changes; a cell's `slot` is the one that its stretch begins with.
 */
export async function usageBySlot(
  day: string,
  models: readonly string[],
  cuts: readonly number[],
): Promise<UsageCell[]> {
  if (models.length === 0) return [];
  const [, rows] = await prisma().$transaction([
    prisma().$executeRaw`SET LOCAL work_mem = '128MB'`,
    prisma().$queryRaw<(Sums & { stretch: number; imageKind: string })[]>`
    SELECT account_id AS "accountId", group_id AS "groupId", model, context_step::int AS step,
      width_bucket(slot::int, ${[...cuts]}::int[]) AS stretch, image_kind AS "imageKind",
      sum(requests)::bigint AS requests,
      ARRAY[sum(tokens[1]), sum(tokens[2]), sum(tokens[3]), sum(tokens[4]), sum(tokens[5]), sum(tokens[6]),
        sum(tokens[7]), sum(tokens[8]), sum(tokens[9]), sum(tokens[10])]::bigint[] AS tokens,
      sum(images)::bigint AS images, sum(seconds)::bigint AS seconds, sum(characters)::bigint AS characters,
      sum(cost)::text AS billed
    FROM hot.rollup_slot_usage
    WHERE day >= ${day}::date AND model = ANY(${[...models]}::text[]) AND account_id <> ${HOUSE_ACCOUNT_ID}
    GROUP BY account_id, group_id, model, context_step, stretch, image_kind`,
  ]);
  return rows.map(({ stretch, imageKind, ...sums }) => ({
    ...toCell(sums),
    slot: cuts[stretch - 1] ?? 0,
    imageKind,
  }));
}

function toCell(row: Sums): DayCell {
  return { ...row, requests: Number(row.requests), billed: BigInt(row.billed) };
}
