import { once } from "node:events";
import { Agent, createServer, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Answer, Incoming, Step } from "#lib/gateway/exchange";
import { createLog } from "#lib/runtime/log";
import { setSingleton } from "#lib/runtime/singletons";
import { mountGateway } from "./gateway-mount.ts";

setSingleton("log", createLog("silent", process.stdout));
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function mount(gateway: (incoming: Incoming) => Promise<Answer>, stalledMs?: number): Promise<number> {
  const server = createServer(mountGateway(gateway, stalledMs));
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const whole = (body: Answer["body"]): Answer => ({ status: 200, headers: { "x-a": "b" }, body });

async function readAll(incoming: Incoming): Promise<string> {
  const chunks: Uint8Array[] = [];
  await incoming.readBody((chunk) => chunks.push(chunk) > 0);
  return Buffer.concat(chunks).toString();
}

describe("the gateway behind node:http", () => {
  it("hands over method, target, headers and a body of many chunks, and sends the answer as it is", async () => {
    const port = await mount(async (incoming) =>
      whole(
        `${incoming.method} ${incoming.target} ${incoming.headers.get("x-b")} ${await readAll(incoming)}`,
      ),
    );
    const body = "é".repeat(500_000);
    const answer = await fetch(`http://127.0.0.1:${port}/v1/x?y`, {
      method: "POST",
      body,
      headers: { "x-b": "c" },
    });
    expect(answer.headers.get("x-a")).toBe("b");
    expect(await answer.text()).toBe(`POST /v1/x?y c ${body}`);
  });

  it.each([0, 1_000, 200_000])("sends every byte of a body of %i bytes as it is", async (size) => {
    const body = Uint8Array.from({ length: size }, (_, index) => (index * 7) % 256);
    const headers = { "content-length": String(size) };
    const port = await mount(async () => ({ status: 200, headers, body: body.subarray() }));
    const answer = await fetch(`http://127.0.0.1:${port}/v1/x`);
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
  });

  it("says that the client is gone when it leaves in the middle of its body", async () => {
    const left = Promise.withResolvers<unknown>();
    const port = await mount(async (incoming) => {
      await Promise.resolve(incoming.readBody(() => true)).then(() => left.resolve("complete"), left.resolve);
      return whole("");
    });
    const socket = connect(port, "127.0.0.1");
    socket.write("POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf");
    await once(socket, "ready");
    setImmediate(() => socket.destroy());
    expect(await left.promise).toBeInstanceOf(Error);
  });

  it("answers a body that it does not want to read to its end, and closes that connection", async () => {
    const port = await mount(async (incoming) => {
      await incoming.readBody(() => false);
      return whole("enough");
    });
    const sent = request({ port, host: "127.0.0.1", method: "POST", agent: false });
    sent.on("error", () => {});
    sent.write("x".repeat(100_000));
    const [answer] = await once(sent, "response");
    expect(answer.headers.connection).toBe("close");
    expect((await answer.toArray()).join("")).toBe("enough");
  });

  it.each(["a stream", "a whole answer"])(
    "lets go of a client that takes nothing more of %s",
    async (kind) => {
      const abandoned = Promise.withResolvers<void>();
      const bytes = Buffer.alloc(1 << 20);
      const stream = {
        next: async () => ({ bytes, last: false }),
        whenReady() {},
        abandon: async () => abandoned.resolve(),
      };
      const port = await mount(async () => whole(kind === "a stream" ? stream : Buffer.alloc(64 << 20)), 100);
      const socket = connect(port, "127.0.0.1").on("error", () => {});
      socket.pause();
      socket.write("GET /v1/x HTTP/1.1\r\nhost: x\r\n\r\n");
      const [server] = servers.slice(-1);
      const open = () => new Promise<number>((done) => server?.getConnections((_, count) => done(count)));
      await expect.poll(open).toBe(1);
      await expect.poll(open).toBe(0);
      if (kind === "a stream") await abandoned.promise;
      socket.destroy();
    },
  );

  it("does not take a client for stalled that waits for an upstream that thinks", async () => {
    const said = ["first", "last"];
    const next = async () => {
      const text = said.shift() ?? "";
      if (said.length === 0) await new Promise((done) => setTimeout(done, 300));
      return { bytes: Buffer.from(text), last: said.length === 0 };
    };
    const port = await mount(async () => whole({ next, whenReady() {}, abandon: async () => {} }), 100);
    expect(await (await fetch(`http://127.0.0.1:${port}/v1/x`)).text()).toBe("firstlast");
  });

  /** A stream of these parts: at once, by a promise, or only after having said that there is nothing yet. */
  const streamOf = (parts: readonly Uint8Array[], way: (index: number) => "now" | "promise" | "later") => {
    let index = 0;
    let ready = () => {};
    let isHere = false;
    return {
      next(): Step | Promise<Step> | undefined {
        const how = way(index);
        if (how === "later" && !isHere) {
          setImmediate(() => {
            isHere = true;
            ready();
          });
          return undefined;
        }
        isHere = false;
        const step = { bytes: parts[index], last: index === parts.length - 1 };
        index += 1;
        return how === "promise" ? new Promise((resolve) => setImmediate(resolve, step)) : step;
      },
      whenReady(act: () => void) {
        ready = act;
      },
      abandon: async () => {},
    };
  };
  const parts = [1, 0, 17, 300, 70_000, 0, 16, 2_000_000, 5].map((size) =>
    Uint8Array.from({ length: size }, (_, index) => (index * 31) % 256),
  );
  const ways = ["now", "promise", "later"] as const;

  it.each([
    ["at once", () => "now" as const],
    ["each by a promise", () => "promise" as const],
    ["each later", () => "later" as const],
    ["now so, now so", (index: number) => ways[index % 3] ?? "now"],
  ])(
    "sends every byte of a stream whose parts come %s, and the connection serves the next call",
    async (_, way) => {
      const port = await mount(async () => whole(streamOf(parts, way)));
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let call = 0; call < 2; call += 1) {
        const sent = request({ port, host: "127.0.0.1", agent }).end();
        const [answer] = await once(sent, "response");
        expect(answer.headers["transfer-encoding"]).toBe("chunked");
        expect(Buffer.concat(await answer.toArray()).equals(Buffer.concat(parts))).toBe(true);
        expect(sent.reusedSocket).toBe(call > 0);
      }
      agent.destroy();
    },
  );

  it("sends a stream without chunks to a client of HTTP/1.0, and closes at its end", async () => {
    const port = await mount(async () => whole(streamOf(parts, (index) => ways[index % 3] ?? "now")));
    const socket = connect(port, "127.0.0.1");
    socket.write("GET /v1/x HTTP/1.0\r\n\r\n");
    const answer = Buffer.concat(await socket.toArray());
    expect(answer.subarray(answer.indexOf("\r\n\r\n") + 4).equals(Buffer.concat(parts))).toBe(true);
  });

  it.each(["at once", "later"])("a stream that throws %s is cut off and given up", async (when) => {
    const abandoned = Promise.withResolvers<void>();
    let ready = () => {};
    let asked = 0;
    const stream = {
      next(): Step | undefined {
        asked += 1;
        if (asked === 1) return { bytes: Buffer.from("begun "), last: false };
        if (when === "at once" || asked > 2) throw new Error("a fault of ours");
        setImmediate(() => ready());
        return undefined;
      },
      whenReady(act: () => void) {
        ready = act;
      },
      abandon: async () => abandoned.resolve(),
    };
    const served = Promise.withResolvers<unknown>();
    const handler = mountGateway(async () => whole(stream));
    const server = createServer((incoming, response) => {
      Promise.resolve(handler(incoming, response)).catch((error: unknown) => {
        response.destroy();
        served.resolve(error);
      });
    });
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await expect(fetch(`http://127.0.0.1:${port}/v1/x`).then((answer) => answer.text())).rejects.toThrow();
    expect(await served.promise).toMatchObject({ message: "a fault of ours" });
    await abandoned.promise;
  });

  it("asks a stream for more only when the client has taken what was sent", async () => {
    let asked = 0;
    const bytes = Buffer.alloc(1 << 20);
    const abandoned = Promise.withResolvers<void>();
    const next = async (): Promise<Step> => {
      asked += 1;
      return { bytes, last: false };
    };
    const port = await mount(async () =>
      whole({ next, whenReady() {}, abandon: async () => abandoned.resolve() }),
    );
    const socket = connect(port, "127.0.0.1");
    socket.pause();
    socket.write("GET /v1/x HTTP/1.1\r\nhost: x\r\n\r\n");
    let before = -1;
    await expect
      .poll(() => {
        const isStill = asked > 0 && asked === before;
        before = asked;
        return isStill;
      })
      .toBe(true);
    expect(asked).toBeLessThan(32);
    socket.destroy();
    await abandoned.promise;
  });
});
