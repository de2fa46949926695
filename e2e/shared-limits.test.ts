import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "#bench/operator";
import type { Alert } from "#lib/alerts/schema";
import type { LimitServerAnswer } from "#lib/limits/server-schema";
import { hasRedis, startRedis, type TestRedis } from "#lib/limits/testing";
import type { LimitUsageAnswer } from "#lib/limits/usage-schema";
import { chat, HELLO } from "./support/chat.ts";
import { type Nodes, startNodes, untilKnown } from "./support/nodes.ts";

describe.skipIf(!hasRedis)("three nodes with Valkey", () => {
  let redis: TestRedis;
  let world: Nodes;
  beforeAll(async () => {
    redis = await startRedis();
    world = await startNodes(3, { REDIS_URL: redis.url });
  }, 240_000);
  afterAll(async () => {
    await world?.stop();
    await redis?.stop();
  });
  const ask = (caller: number, secret: string) =>
    chat(world.urlOf(caller), secret, { model: "sim-chat", messages: HELLO, max_tokens: 5 });
  const counting = async () =>
    (await world.operator.need<LimitServerAnswer>("GET", "/api/limit-server")).counting;
  const isAway = async (url: string) =>
    /^tollgate_limit_engine_away 1$/m.test(await (await fetch(`${url}/metrics`)).text());

  it("admit together exactly what a limit says, and show what all of them admitted", async () => {
    const { key } = await world.operator.customer("10", { limits: [{ metric: "rpm", value: 20 }] });
    await untilKnown(world, key.secret);
    const answers = await Promise.all(Array.from({ length: 75 }, (_, caller) => ask(caller, key.secret)));
    const admitted = answers.filter(({ status }) => status === 200).length;
    expect(admitted).toBe(20);
    const usage = await world.operator.need<LimitUsageAnswer>("GET", `/api/limits/usage?keyId=${key.id}`);
    expect(usage.items[0]).toMatchObject({ metric: "rpm", limit: 20, used: 20, shared: true });
    expect(usage.counting).toMatchObject({ by: "valkey", away: false });
    // Nodes look for one another every few seconds.
    await eventually("three nodes", async () => ((await counting()).nodes === 3 ? true : undefined), 20_000);
  });

  it("lose no call when Valkey is killed under load, say so within a second, and return by themselves", async () => {
    const { key } = await world.operator.customer("100", { limits: [{ metric: "rpm", value: 100_000 }] });
    await untilKnown(world, key.secret);
    const statuses: number[] = [];
    let isOver = false;
    const load = Promise.all(
      Array.from({ length: 6 }, async (_, caller) => {
        while (!isOver) statuses.push((await ask(caller, key.secret)).status);
      }),
    );
    try {
      await eventually("some load", async () => (statuses.length > 30 ? true : undefined));
      await redis.kill();
      for (const { url } of world.nodes) {
        await eventually("own counts", async () => ((await isAway(url)) ? true : undefined), 3_000);
      }
      expect((await counting()).away).toBe(true);
      const before = statuses.length;
      await eventually("load without Valkey", async () => (statuses.length > before + 30 ? true : undefined));
      await eventually(
        "the alert",
        async () => {
          const { items } = await world.operator.need<{ items: Alert[] }>(
            "GET",
            "/api/alerts?state=open&kind=limit_engine_away",
          );
          return items.length > 0 ? true : undefined;
        },
        20_000,
      );
      await redis.restart();
      for (const { url } of world.nodes) {
        await eventually("the return", async () => ((await isAway(url)) ? undefined : true), 10_000);
      }
    } finally {
      isOver = true;
      await load;
    }
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });

  it("go by a server that is entered by form, and back to the one of the environment", async () => {
    const other = await startRedis();
    try {
      const refused = await world.operator.call("PUT", "/api/limit-server", { url: "redis://127.0.0.1:1" });
      expect([refused.status, refused.body]).toMatchObject([422, { fields: { url: expect.any(String) } }]);
      const entered = await world.operator.need<LimitServerAnswer>("PUT", "/api/limit-server", {
        url: other.url,
      });
      expect(entered).toMatchObject({ source: "form", host: other.url.slice("redis://".length) });
      expect(JSON.stringify(entered)).not.toContain("redis://");
    } finally {
      await world.operator.call("DELETE", "/api/limit-server");
      await other.stop();
    }
    expect(await world.operator.need("GET", "/api/limit-server")).toMatchObject({ source: "environment" });
  });
});
