import { afterAll, beforeAll, expect, it } from "vitest";
import { collectGarbage } from "#lib/runtime/testing";
import { startTestGateway, type TestGateway } from "./testing.ts";

let gate: TestGateway;
beforeAll(async () => {
  gate = await startTestGateway();
  await gate.addChannel({ m: "m" });
});
afterAll(() => gate.stop());

/** An account's share is a quarter of 1 GB: eight of these fit into it. */
const note = "x".repeat(30 << 20);
const FITTING = 8;

/** Streams that say something at once, and then nothing more for a minute. */
const headers = { "x-sim-chunks": "1000", "x-sim-completion-tokens": "1000", "x-sim-chunk-ms": "60000" };

it("a stream with a large body holds on to its text alone, and has its share of the memory until it is over", async () => {
  const [greedy, other] = await Promise.all(
    ["greedy", "other"].map(async () => gate.addKey(await gate.addAccount())),
  );
  const ask = (key = greedy) =>
    gate.call(
      { model: "m", messages: [{ role: "user", content: "hi" }], stream: true, metadata: { note } },
      key ?? "",
      { headers },
    );
  await collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  const open: Response[] = [];
  for (let count = 0; count < FITTING; count += 1) open.push(await ask());
  expect(open.map(({ status }) => status)).toEqual(Array(FITTING).fill(200));
  const refused = await ask();
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ error: { code: "overloaded" } });
  // What was read is let go when the last turn that had it is over, and counted when another thread has swept it.
  const kept = async () => {
    await collectGarbage();
    return process.memoryUsage().arrayBuffers - before;
  };
  await expect.poll(kept, { timeout: 20_000 }).toBeLessThan(2 * note.length);
  const others = await ask(other);
  expect(others.status).toBe(200);
  await Promise.all([...open, others].map(({ body }) => body?.cancel()));
  const again = await ask();
  expect(again.status).toBe(200);
  await again.body?.cancel();
});
