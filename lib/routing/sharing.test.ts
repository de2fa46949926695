import { afterAll, beforeAll, expect, it } from "vitest";
import { readHealth } from "#lib/channels/health-store";
import { createPool } from "#lib/db/pool";
import { type TestDatabase, testDatabase } from "#lib/db/testing";
import { loadConfig, setConfig } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { clearSingleton, setSingleton } from "#lib/runtime/singletons";
import { emptySnapshot } from "#lib/snapshot/snapshot";
import { startHealth } from "./live.ts";
import { channelOf, routeFor } from "./testing.ts";

let database: TestDatabase;
let pool: ReturnType<typeof createPool>;
const channel = channelOf(newId());
const snapshot = emptySnapshot();

beforeAll(async () => {
  setConfig(loadConfig({ LOG_LEVEL: "silent" }));
  database = await testDatabase();
  pool = setSingleton("pool", createPool(database.url, 6));
  snapshot.channels.set(channel.id, channel);
});
afterAll(async () => {
  await pool.end();
  for (const name of ["pool", "config", "log"]) clearSingleton(name);
  await database.stop();
});

const node = () => startHealth({ pool, nodeId: newId(), snapshot, now: Date.now });
const fault = { errorClass: "forbidden", scope: "model", effect: "open", retryAfterMs: 60_000 } as const;

it("what one node sees is known to another within a second, to one that starts at once, and to the console", async () => {
  const [here, there] = await Promise.all([node(), node()]);
  const [credential] = channel.credentials;
  if (credential === undefined) throw new Error("no credential");
  const running = here.health.begin(channel, "m", credential.id);
  here.health.finish(here.health.begin(channel, "m", credential.id), { kind: "fault", fault });
  await expect
    .poll(() => routeFor([channel], there.health).next(), { timeout: 1_000, interval: 10 })
    .toBeUndefined();
  const late = await node();
  expect(routeFor([channel], late.health).dead()).toMatchObject({ why: "out", errorClass: "forbidden" });
  await expect
    .poll(() => readHealth([channel.id]), { timeout: 5_000 })
    .toMatchObject({
      breakers: [{ subject: "model:m", state: "open", reason: "forbidden", errorClass: "forbidden" }],
      inFlight: [{ inFlight: 1 }],
      attempts: [{ model: "m", attempts: 2, failures: 1 }],
    });
  here.health.finish(running, { kind: "good", firstTokenMs: null, wholeMs: 10, slowAfterMs: 1_000 });
  await Promise.all([here.stop(), there.stop(), late.stop()]);
  expect((await readHealth([channel.id])).inFlight).toEqual([]);
});

it("a rate limit that one node met holds on every other within a second, and for the console", async () => {
  const limited = channelOf(newId());
  snapshot.channels.set(limited.id, limited);
  const [credential] = limited.credentials;
  if (credential === undefined) throw new Error("no credential");
  const [here, there] = await Promise.all([node(), node()]);
  const met = {
    errorClass: "rate_limited",
    scope: "credential",
    effect: "cool",
    retryAfterMs: 30_000,
  } as const;
  here.health.finish(here.health.begin(limited, "m", credential.id), { kind: "fault", fault: met });
  await expect
    .poll(() => routeFor([limited], there.health).dead(), { timeout: 1_000, interval: 10 })
    .toMatchObject({ why: "out", errorClass: "rate_limited" });
  expect((await readHealth([limited.id])).cooling).toMatchObject([
    { model: "m", credentialId: credential.id },
  ]);
  const late = await node();
  expect(routeFor([limited], late.health).next()).toBeUndefined();
  // What was learnt about the old address says nothing about the new one: no node goes on waiting.
  const moved = { ...limited, baseUrl: "http://127.0.0.1:10/v1" };
  snapshot.channels.set(moved.id, moved);
  here.health.of(moved);
  await expect.poll(() => readHealth([limited.id]), { timeout: 1_000 }).toMatchObject({ cooling: [] });
  await expect
    .poll(() => routeFor([moved], there.health).next()?.channel.id, { timeout: 1_000, interval: 10 })
    .toBe(moved.id);
  await Promise.all([here.stop(), there.stop(), late.stop()]);
});

it("caps are shared by the nodes that live", async () => {
  const [here, there] = await Promise.all([node(), node()]);
  const capped = { ...channelOf(newId()), caps: { concurrency: 4 } };
  await expect.poll(() => [here.health.nodes(), there.health.nodes()], { timeout: 10_000 }).toEqual([2, 2]);
  let taken = 0;
  for (const { health } of [here, there]) {
    for (let choice = routeFor([capped], health).next(); choice; choice = routeFor([capped], health).next()) {
      health.begin(capped, "m", choice.credential.id);
      taken += 1;
    }
  }
  expect(taken).toBe(4);
  await Promise.all([here.stop(), there.stop()]);
});
