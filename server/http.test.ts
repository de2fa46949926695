import { once } from "node:events";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Answer, Incoming } from "#lib/gateway/exchange";
import { createLog } from "#lib/runtime/log";
import { peerNonce } from "#lib/runtime/peer";
import { shutdown } from "#lib/runtime/shutdown";
import { clearSingleton, setSingleton } from "#lib/runtime/singletons";
import { drain } from "./drain.ts";
import { mountGateway } from "./gateway-mount.ts";
import { createListener, type Listener } from "./http.ts";

const open: Listener[] = [];
setSingleton("log", createLog("silent", process.stdout));

afterEach(() => {
  for (const listener of open.splice(0)) {
    listener.server.closeAllConnections();
    listener.server.close();
  }
  clearSingleton("shutdown");
  clearSingleton("readiness");
});

type Gateway = (incoming: Incoming) => Promise<Answer>;

const answer = (body: Answer["body"]): Answer => ({ status: 200, headers: {}, body });

const echo: Gateway = async ({ target, headers }) =>
  answer(JSON.stringify({ by: "gateway", url: target, headers: Object.fromEntries(headers) }));

function echoNext(request: IncomingMessage, response: ServerResponse): void {
  response.end(JSON.stringify({ by: "next", url: request.url, headers: request.headers }));
}

function start(gateway: Gateway = echo): Promise<{ listener: Listener; port: number }> {
  return listen(createListener({ gateway: mountGateway(gateway), next: echoNext }));
}

async function listen(listener: Listener): Promise<{ listener: Listener; port: number }> {
  open.push(listener);
  listener.server.listen(0, "127.0.0.1");
  await once(listener.server, "listening");
  return { listener, port: (listener.server.address() as AddressInfo).port };
}

/** A GET whose path goes out exactly as given; fetch would normalise it. */
async function get(port: number, path: string, headers: Record<string, string | string[]> = {}) {
  const sent = request({ port, host: "127.0.0.1", path, headers, agent: false }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const text = (await response.toArray()).join("");
  return { status: response.statusCode, headers: response.headers, text };
}

describe("the listener", () => {
  it("gives gateway paths to the gateway and all others to Next", async () => {
    const { port } = await start();
    expect(JSON.parse((await get(port, "/v1/models?limit=1")).text)).toMatchObject({ by: "gateway" });
    expect(JSON.parse((await get(port, "/v3/async/txt2img")).text)).toMatchObject({ by: "gateway" });
    expect(JSON.parse((await get(port, "/api/keys")).text)).toMatchObject({ by: "next", url: "/api/keys" });
  });

  it("gives every path to Next when the gateway is mounted there", async () => {
    const { port } = await listen(createListener({ gateway: undefined, next: echoNext }));
    expect(JSON.parse((await get(port, "/v1/models")).text)).toMatchObject({ by: "next", url: "/v1/models" });
  });

  it("chooses by the normalised path, and hands that on", async () => {
    const { port } = await start();
    const echoed = JSON.parse((await get(port, "/api/..//%76%31/models")).text);
    expect([echoed.by, echoed.url]).toEqual(["gateway", "/v1/models"]);
    expect((await get(port, "/v1/%zz")).status).toBe(400);
  });

  it.each(["/v1/models", "/api/keys"])("replaces what a client claims to be its peer on %s", async (path) => {
    const { port } = await start();
    const forged = { "X-Tollgate-Peer": [`${peerNonce()};6.6.6.6`, "other"] };
    const { headers } = JSON.parse((await get(port, path, forged)).text);
    expect(headers["x-tollgate-peer"]).toBe(`${peerNonce()};127.0.0.1`);
  });

  it("answers a fault of the gateway without its reason", async () => {
    const { port } = await start(async () => {
      throw new Error("canary");
    });
    const failed = await get(port, "/v1/models");
    expect(failed.status).toBe(500);
    expect(failed.text).not.toContain("canary");
  });

  it("survives a request that Next fails on", async () => {
    const { port } = await listen(
      createListener({ gateway: undefined, next: () => Promise.reject(new Error("canary")) }),
    );
    const failed = await get(port, "/keys");
    expect([failed.status, failed.text.includes("canary")]).toEqual([500, false]);
    expect((await get(port, "/healthz")).status).toBe(200);
  });

  it("says that it lives, and that it is not ready before the runtime has started", async () => {
    const { port } = await start();
    expect((await get(port, "/healthz")).status).toBe(200);
    const ready = await get(port, "/readyz");
    expect([ready.status, JSON.parse(ready.text)]).toEqual([503, { ok: false, reasons: ["starting"] }]);
  });

  it("gives metrics to this machine, not to what a proxy forwards", async () => {
    const { port } = await start();
    expect((await get(port, "/metrics")).text).toContain("tollgate_process_cpu_seconds_total");
    expect((await get(port, "/metrics", { "x-forwarded-for": "203.0.113.9" })).status).toBe(403);
  });
});

describe("a listener that is asked to end", () => {
  it("is unready at once, lets a running call finish and refuses new pages", async () => {
    const finish = Promise.withResolvers<Answer>();
    const { listener, port } = await start(() => finish.promise);
    const running = get(port, "/v1/models");
    await expect.poll(() => listener.inFlight()).toBe(1);

    const drained = drain(listener, { graceMs: 10_000, lastWordsMs: 10 });
    expect(JSON.parse((await get(port, "/readyz")).text)).toEqual({ ok: false, reasons: ["stopping"] });
    expect((await get(port, "/api/keys")).status).toBe(503);
    finish.resolve(answer("whole"));
    expect((await running).text).toBe("whole");
    await drained;
    await expect(get(port, "/healthz")).rejects.toThrow("ECONNREFUSED");
  });

  it("tells calls that outlast the grace period, and hears their last words", async () => {
    const { listener, port } = await start(async () => {
      const cutOff = once(shutdown().deadline, "abort");
      const steps = [
        async () => ({ bytes: Buffer.from("begun "), last: false }),
        () => cutOff.then(() => ({ bytes: Buffer.from("cut off"), last: true })),
      ];
      const next = () => steps.shift()?.() ?? Promise.reject(new Error("asked after the last"));
      return answer({ next, abandon: async () => {} });
    });
    const running = get(port, "/v1/models");
    await expect.poll(() => listener.inFlight()).toBe(1);
    await drain(listener, { graceMs: 50, lastWordsMs: 5_000 });
    expect((await running).text).toBe("begun cut off");
  });

  it("closes connections that do not end by themselves", async () => {
    const { listener, port } = await start(() => new Promise(() => {}));
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write("GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n");
    await expect.poll(() => listener.inFlight()).toBe(1);
    const closed = once(socket, "close");
    await drain(listener, { graceMs: 20, lastWordsMs: 20 });
    await closed;
  });
});
