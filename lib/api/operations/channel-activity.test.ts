import { afterAll, beforeAll, expect, it } from "vitest";
import { prisma } from "#lib/db/client";
import { channelActivityOperation as activity } from "./channel-activity.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

it("sums each channel's last 24 hours from the rollups, calls by the hour", async () => {
  const [one, other] = ["11111111-1111-7111-8111-111111111111", "22222222-2222-7222-8222-222222222222"];
  await prisma().$executeRaw`
    INSERT INTO hot.rollup_minute_model (minute, model, group_id, channel_id, status_class, requests, cost, upstream_cost, latency_histogram, first_token_histogram)
    SELECT date_trunc('minute', now()) - ago, 'm', 'default', channel, class, n, n::bigint * 1000000000, n::bigint * 600000000, '{0}', '{0}'
    FROM (VALUES (interval '5 minutes', ${one}, 2, 5), (interval '6 minutes', ${one}, 5, 2), (interval '23 hours 30 minutes', ${one}, 2, 4),
      (interval '25 hours', ${one}, 2, 100), (interval '90 minutes', ${other}, 2, 1), (interval '1 minute', '', 4, 9)) v (ago, channel, class, n)`;
  const read = await api.call(activity);
  expect(read.body.items).toHaveLength(2);
  const first = read.body.items.find((item: { channelId: string }) => item.channelId === one);
  expect(first).toMatchObject({ requests: 11, spend: "11", officialCost: "6.6", margin: "4.4" });
  expect([first.hours.length, first.hours[0], first.hours[23]]).toEqual([24, 4, 7]);
  const second = read.body.items.find((item: { channelId: string }) => item.channelId === other);
  expect([second.requests, second.hours[22]]).toEqual([1, 1]);
});
