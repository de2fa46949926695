import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chat, HELLO } from "./support/chat.ts";
import { startWorld, type World } from "./support/world.ts";

const FULL = process.env.TEST_FULL === "1";
const MINUTE_MS = 60_000;
/** The whole matrix: ten minutes of outage and a thousand calls in it, in real time. */
const [OUTAGE_MS, CALLS] = FULL ? [10 * MINUTE_MS, 1_000] : [6_000, 60];

let world: World;
let secret: string;
beforeAll(async () => {
  world = await startWorld();
  secret = (await world.operator.customer("1000")).key.secret;
});
afterAll(() => world?.stop());

/** An upstream that can be switched off and on at one port. */
async function switchable() {
  const answer = JSON.stringify({
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: "here" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  });
  const event = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "here" }, finish_reason: "stop" }] })}\n\n`;
  let server: Server | undefined;
  let port = 0;
  const on = async () => {
    server = createServer(async (request, response) => {
      request.resume();
      await once(request, "end");
      const stream = request.headers.accept === "text/event-stream";
      response.writeHead(200, { "content-type": stream ? "text/event-stream" : "application/json" });
      response.end(stream ? `${event}data: [DONE]\n\n` : answer);
    });
    await once(server.listen(port, "127.0.0.1"), "listening");
    port = (server.address() as AddressInfo).port;
  };
  await on();
  return {
    url: `http://127.0.0.1:${port}/v1`,
    on,
    async off() {
      server?.closeAllConnections();
      await new Promise((done) => server?.close(done));
    },
  };
}

it(
  "an upstream that dies costs few attempts and no call, and has its traffic back within five minutes of its return",
  async () => {
    const upstream = await switchable();
    const model = await world.modelFor("ok", { priority: 1 });
    const first = await world.operator.createChannel({
      baseUrl: upstream.url,
      credential: "sk-first",
      models: [model],
      priority: 2,
    });
    const ask = async () => {
      const response = await chat(world.gateway.url, secret, { model, messages: HELLO });
      const text = await response.text();
      return { status: response.status, byFirst: text.includes('"here"') };
    };
    expect(await ask()).toEqual({ status: 200, byFirst: true });

    await upstream.off();
    const diedAt = Date.now();
    const seen = new Set<number>();
    for (let call = 0; call < CALLS; call += 1) {
      const { status, byFirst } = await ask();
      seen.add(status);
      expect(byFirst).toBe(false);
      // The pace of the calls is what is tested; nothing is waited for.
      await wait(Math.max(0, diedAt + ((call + 1) * OUTAGE_MS) / CALLS - Date.now()));
    }
    expect(seen).toEqual(new Set([200]));
    const attempts = async () => {
      const { rows } = await world.database.query(
        `SELECT count(*)::int AS count FROM hot.request_log, jsonb_array_elements(attempts) AS a
         WHERE a->>'channelId' = $1 AND a->>'errorClass' IS NOT NULL`,
        [first.id],
      );
      return rows[0]?.count;
    };
    await expect.poll(attempts, { timeout: 10_000 }).toBeGreaterThanOrEqual(5);
    const failed = await attempts();
    expect(failed).toBeLessThan(20);

    await upstream.on();
    const cameBackAt = Date.now();
    const backBy = cameBackAt + 5 * MINUTE_MS;
    let isBack = false;
    while (!isBack && Date.now() < backBy) {
      isBack = (await ask()).byFirst;
      if (!isBack) await wait(200);
    }
    expect(isBack).toBe(true);
    const [minutes, seconds] = [OUTAGE_MS / MINUTE_MS, (Date.now() - cameBackAt) / 1_000];
    console.log(
      `dead for ${minutes} min: ${failed} attempts on it in ${CALLS} calls, none failed; traffic back after ${seconds.toFixed(1)} s`,
    );
    await upstream.off();
  },
  OUTAGE_MS + 6 * MINUTE_MS,
);
