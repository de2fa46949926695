import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createAccountOperation } from "#lib/api/operations/accounts";
import { getOverviewOperation } from "#lib/api/operations/overview";
import { startTestApi } from "#lib/api/operations/testing";
import { formatUsd } from "#lib/core/money";
import { queryRows } from "#lib/db/pool";
import { listTopMovers, readPulse } from "./overview-store.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());
beforeEach(() => queryRows("DELETE FROM hot.rollup_minute_key"));

// Half past nine in the morning in Shanghai, whose day began at 16:00 UTC the day before.
const now = Date.parse("2026-11-18T01:30:20Z");
const shanghai = "Asia/Shanghai";

/** What an account spent and called in a minute. */
async function add(accountId: string, minute: string, cost: number, requests = 1, errors = 0): Promise<void> {
  await queryRows(
    `INSERT INTO hot.rollup_minute_key (minute, account_id, key_id, model, requests, errors, prompt_tokens, completion_tokens, images, cost)
     VALUES ($1, $2, 'key', 'sim-chat', $3, $4, 0, 0, 0, $5)`,
    [minute, accountId, requests, errors, cost],
  );
}

describe("the overview's figures", () => {
  it("compare the last whole minute with the average minute of the same hour a week ago", async () => {
    await add("a", "2026-11-18T01:29:00Z", 0, 7);
    await add("b", "2026-11-18T01:29:00Z", 0, 4, 3);
    await add("a", "2026-11-18T01:28:00Z", 0, 1000);
    await add("a", "2026-11-18T01:30:00Z", 0, 2000);
    await add("a", "2026-11-11T01:00:00Z", 0, 30);
    await add("b", "2026-11-11T01:59:00Z", 0, 90);
    await add("a", "2026-11-11T00:59:00Z", 0, 5000);
    await add("a", "2026-11-11T02:00:00Z", 0, 5000);
    const pulse = await readPulse(now, shanghai);
    expect(pulse).toMatchObject({ rpmNow: 11, rpmSameHourLastWeek: 2 });
    expect(pulse).toMatchObject({ requestsLastHour: 3011, errorsLastHour: 3 });
  });

  it("compare today's spend with a week ago until the same time, by the day of the time zone", async () => {
    await add("a", "2026-11-17T15:59:00Z", 10_000);
    await add("a", "2026-11-17T16:00:00Z", 200);
    await add("b", "2026-11-18T01:30:00Z", 30);
    await add("a", "2026-11-10T15:59:00Z", 10_000);
    await add("a", "2026-11-10T16:00:00Z", 4);
    await add("b", "2026-11-11T01:30:00Z", 5);
    await add("b", "2026-11-11T01:31:00Z", 10_000);
    expect(await readPulse(now, shanghai)).toMatchObject({ spendToday: 230n, spendSameTimeLastWeek: 9n });
    expect(await readPulse(now, "UTC")).toMatchObject({ spendToday: 30n, spendSameTimeLastWeek: 5n });
  });
});

it("counts a channel that drains among those that there are: nobody begins anew by draining the last one", async () => {
  const rows = await queryRows("UPDATE channel SET status = 'draining' WHERE deleted_at IS NULL RETURNING 1");
  const { body } = await api.call(getOverviewOperation, {});
  expect(rows.length).toBeGreaterThan(0);
  expect(body).toMatchObject({ counts: { channels: rows.length }, channels: { active: 0, disabled: 0 } });
});

describe("the top movers", () => {
  const [today, then] = ["2026-11-18T01:00:00Z", "2026-11-11T01:00:00Z"];

  it("are the five accounts whose spend changed most, up or down, the largest change first", async () => {
    for (const [account, spend, before] of [
      ["up", 600, 100],
      ["gone", 0, 5000],
      ["new", 40, 0],
      ["steady", 900, 900],
      ["down", 10, 80],
      ["little", 5, 2],
      ["least", 3, 2],
    ] as const) {
      if (spend > 0) await add(account, today, spend);
      if (before > 0) await add(account, then, before);
    }
    // Calls of nobody's account, and what was later than now a week ago, move nobody.
    await add("", today, 99_999);
    await add("least", "2026-11-11T01:31:00Z", 99_999);
    expect(await listTopMovers(now, shanghai)).toEqual([
      { accountId: "gone", spend: 0n, before: 5000n },
      { accountId: "up", spend: 600n, before: 100n },
      { accountId: "down", spend: 10n, before: 80n },
      { accountId: "new", spend: 40n, before: 0n },
      { accountId: "little", spend: 5n, before: 2n },
    ]);
  });

  it("are told by name, with what they spent and by how much that changed", async () => {
    const { body: account } = await api.call(createAccountOperation, { body: { name: "Harbour" } });
    const dayStart: string = (await api.call(getOverviewOperation)).body.dayStart;
    const weekAgo = new Date(Date.parse(dayStart) - 7 * 86_400_000).toISOString();
    await add(account.id, dayStart, 3_000);
    await add(account.id, weekAgo, 10_500);
    const overview = (await api.call(getOverviewOperation)).body;
    expect(overview).toMatchObject({
      spendToday: formatUsd(3_000n),
      spendSameTimeLastWeek: formatUsd(10_500n),
      topMovers: [
        {
          accountId: account.id,
          name: "Harbour",
          spend: "0.000003",
          before: "0.0000105",
          change: "-0.0000075",
        },
      ],
    });
  });
});
