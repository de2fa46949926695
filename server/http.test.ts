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
import { withFront } from "./front/front.ts";
import { mountGateway } from "./gateway-mount.ts";
import { createListener, type Listener } from "./http.ts";

const open: Listener[] = [];
setSingleton("log", createLog("silent", process.stdout));

afterEach(() => {
  for (const listener of open.splice(0)) {
    listener.closeAll();
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
  const listener = createListener({ gateway: mountGateway(gateway), next: echoNext });
  return listen(withFront(listener, gateway));
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

/** What comes back for bytes that go out exactly as given, until the connection closes. */
async function raw(port: number, sent: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  let text = "";
  socket.on("data", (data) => {
    text += data.toString();
  });
  socket.write(sent);
  await once(socket, "close");
  return text;
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

  it("answers calls that were sent without waiting each on its own, in their order", async () => {
    const asked: string[] = [];
    const { port } = await start(async (incoming) => {
      const chunks: Uint8Array[] = [];
      await incoming.readBody((chunk) => chunks.push(chunk) > 0);
      const body = Buffer.concat(chunks).toString();
      asked.push(body);
      // The first takes longer than those behind it.
      if (body === "one") await new Promise((done) => setTimeout(done, 50));
      return answer(`<${body}>`);
    });
    const call = (body: string) =>
      `POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const text = await raw(
      port,
      `${call("one")}${call("second")}${call("3")}GET /v1/x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
    );
    expect(text.match(/<\w*>/g)).toEqual(["<one>", "<second>", "<3>", "<>"]);
    expect(asked.toSorted()).toEqual(["", "3", "one", "second"]);
  });

  it.each([
    ["two ways of saying where a body ends", "transfer-encoding: chunked\r\ncontent-length: 3\r\n"],
    ["two lengths", "content-length: 3\r\ncontent-length: 30\r\n"],
    ["a length that is none", "content-length: 3x\r\n"],
    ["a space before the colon", "content-length : 3\r\n"],
    ["a chunk's end that hides another call", "transfer-encoding: chunked, identity\r\n"],
    ["a header broken in two", "x-a: b\r\n\rc: d\r\n"],
  ])("gives the gateway no call with %s", async (_, headers) => {
    let calls = 0;
    const { port } = await start(async () => {
      calls += 1;
      return answer("taken");
    });
    const text = await raw(
      port,
      `POST /v1/x HTTP/1.1\r\nhost: x\r\n${headers}connection: close\r\n\r\nabcGET /v1/y HTTP/1.1\r\n\r\n`,
    );
    expect([text.split("\r\n")[0], calls]).toEqual(["HTTP/1.1 400 Bad Request", 0]);
  });

  it("takes a whole URL for its path alone, whosever host it names", async () => {
    const { port } = await start();
    const text = await raw(
      port,
      "GET http://elsewhere.test/v1/models?x=1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    );
    expect(text).toContain('"url":"/v1/models?x=1"');
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
      return answer({ next, whenReady() {}, abandon: async () => {} });
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
