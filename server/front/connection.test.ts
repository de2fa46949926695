import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import type { Answer, AnswerStream, Incoming } from "#lib/gateway/exchange";
import { createLog } from "#lib/runtime/log";
import { clearSingleton, setSingleton } from "#lib/runtime/singletons";
import { drain } from "../drain.ts";
import { bodyOf, call, closePlaces, echo, LAST, place, RawClient } from "./testing.ts";

setSingleton("log", createLog("silent", process.stdout));
afterEach(() => {
  closePlaces();
  clearSingleton("shutdown");
});

const answer = (body: Answer["body"], headers: Record<string, string> = {}): Answer => ({
  status: 200,
  headers,
  body,
});

/** A stream that says what it is told to, when it is told. */
class Told implements AnswerStream {
  readonly abandoned = Promise.withResolvers<void>();
  private readonly said: { bytes: Buffer; last: boolean }[] = [];
  private ready = () => {};

  say(text: string, last = false): void {
    this.said.push({ bytes: Buffer.from(text), last });
    this.ready();
  }

  next() {
    return this.said.shift();
  }

  whenReady(act: () => void): void {
    this.ready = act;
  }

  async abandon(): Promise<void> {
    this.abandoned.resolve();
  }
}

describe("a request that comes slowly", () => {
  it.each([
    ["nothing of it", ""],
    ["a part of its head", "POST /v1/x HTT"],
    ["a part of its body", call("abcdef").slice(0, -3)],
  ])("is handed over when only this has come for a while: %s", async (_, begin) => {
    for (const before of ["", call("first")]) {
      const { port, servedBy, listener } = await place(echo, { sweepMs: 10 });
      const client = new RawClient(port).say(before);
      if (before !== "") await client.hear(/first/);
      client.say(begin);
      const connections = () =>
        new Promise<number>((done) => listener.server.getConnections((_e, n) => done(n)));
      await expect.poll(connections).toBe(1);
      // node:http judges it as soon as it has its head.
      if (begin.includes("\r\n\r\n")) await expect.poll(() => servedBy.at(-1)).toBe("node");
      client.say(call("abcdef").slice(begin.length));
      expect(await client.hear(/"body":"abcdef"/)).not.toContain(" 400 ");
      client.socket.destroy();
    }
  });

  it("is served as one when it comes in two", async () => {
    const { port, servedBy } = await place(echo, { sweepMs: 60_000 });
    const client = new RawClient(port);
    const bytes = call("x".repeat(60_000), "x-b: c\r\n");
    for (const [from, to] of [
      [0, 30],
      [30, 100],
      [100, bytes.length],
    ]) {
      client.say(bytes.slice(from, to));
      await new Promise((done) => setTimeout(done, 5));
    }
    await client.hear(/"body":"x{60000}"/);
    expect(servedBy).toEqual(["front"]);
    client.socket.destroy();
  });

  it("is handed over when it comes in very many pieces", async () => {
    const { port, servedBy } = await place(echo, { sweepMs: 60_000 });
    const client = new RawClient(port);
    for (const byte of call("x".repeat(200))) {
      client.say(byte);
      await new Promise((done) => setImmediate(done));
    }
    await client.hear(/"body":"x{200}"/);
    expect(servedBy).toEqual(["node"]);
    client.socket.destroy();
  });
});

it("closes a connection on which nothing comes for longer than was promised", async () => {
  const { port } = await place(echo, { sweepMs: 1 });
  const client = new RawClient(port).say(call("a"));
  expect(await client.hear(/"body":"a"/)).toContain("Keep-Alive: timeout=75");
  await client.closed;
});

describe("what comes while an answer is under way", () => {
  it("waits, however much it is, and is served in its order", async () => {
    const stream = new Told();
    const { port, servedBy } = await place(async (incoming) => {
      const body = await bodyOf(incoming);
      return answer(body.toString() === "stream" ? stream : `<${body.length}>`);
    });
    const client = new RawClient(port).say(call("stream"));
    stream.say("begun");
    await client.hear(/begun/);
    for (let index = 0; index < 20; index += 1) client.say(call("x".repeat(40_000 + index)));
    client.say(LAST);
    stream.say(" ended", true);
    const heard = await client.all();
    expect(heard.indexOf("<40000>")).toBeGreaterThan(heard.indexOf(" ended"));
    expect(heard.match(/<\d+>/g)).toEqual([
      ...Array.from({ length: 20 }, (_, index) => `<${40_000 + index}>`),
      "<0>",
    ]);
    expect(servedBy).toEqual([...Array.from({ length: 21 }, () => "front"), "node"]);
  });
});

it("an upgrade behind a plain call reaches whoever listens for it, with what was said with it", async () => {
  const { port, listener } = await place(echo);
  listener.server.on("upgrade", (_request, socket, first) => {
    socket.end(`HTTP/1.1 101 Switching Protocols\r\n\r\nheard ${first}`);
  });
  const client = new RawClient(port).say(call("abc"));
  await client.hear(/"body":"abc"/);
  client.say("GET /_next/hmr HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nhello");
  expect(await client.all()).toContain("heard hello");
});

describe("a client that leaves", () => {
  it.each(["by saying so", "without a word"])("in the middle of its body is no call: %s", async (how) => {
    const { port, servedBy, listener } = await place(echo);
    const client = new RawClient(port).say(call("abc"));
    await client.hear(/"body":"abc"/);
    client.socket.write(call("abcdef").slice(0, -3), () => {
      if (how === "by saying so") client.socket.destroy();
      else client.socket.resetAndDestroy();
    });
    await client.closed;
    const connections = () =>
      new Promise<number>((done) => listener.server.getConnections((_, n) => done(n)));
    await expect.poll(connections).toBe(0);
    expect(listener.inFlight()).toBe(0);
    expect(servedBy.filter((by) => by === "front")).toHaveLength(1);
  });

  it.each(["a stream", "a whole answer"])(
    "before its answer has begun is seen to have left: %s",
    async (kind) => {
      const begun = Promise.withResolvers<Incoming>();
      const finish = Promise.withResolvers<Answer>();
      const { port, listener } = await place((incoming) => {
        begun.resolve(incoming);
        return finish.promise;
      });
      const client = new RawClient(port).say(call("abc"));
      const { signal } = await begun.promise;
      expect([signal.aborted, listener.inFlight()]).toEqual([false, 1]);
      client.socket.destroy();
      await expect.poll(() => signal.aborted).toBe(true);
      const stream = new Told();
      finish.resolve(answer(kind === "a stream" ? stream : "late"));
      if (kind === "a stream") await stream.abandoned.promise;
      await expect.poll(() => listener.inFlight()).toBe(0);
    },
  );

  it.each(["by saying so", "without a word"])("in the middle of a stream ends it: %s", async (how) => {
    const stream = new Told();
    const { port, listener } = await place(async () => answer(stream));
    const client = new RawClient(port).say(call("abc"));
    stream.say("begun");
    await client.hear(/begun/);
    if (how === "by saying so") client.socket.destroy();
    else client.socket.resetAndDestroy();
    await stream.abandoned.promise;
    await expect.poll(() => listener.inFlight()).toBe(0);
  });

  it.each(["a stream", "a whole answer"])(
    "for good, but not its connection, is let go of: %s",
    async (kind) => {
      const endless = { next: () => ({ bytes: Buffer.alloc(1 << 20), last: false }), whenReady() {} };
      const abandoned = Promise.withResolvers<void>();
      const stream = { ...endless, abandon: async () => abandoned.resolve() };
      const body = kind === "a stream" ? stream : Buffer.alloc(64 << 20);
      const { port, listener } = await place(async () => answer(body), { stalledMs: 100 });
      const client = new RawClient(port).say(call("abc"));
      client.socket.pause();
      await expect.poll(() => listener.inFlight()).toBe(1);
      await expect.poll(() => listener.inFlight()).toBe(0);
      if (kind === "a stream") await abandoned.promise;
      client.socket.destroy();
    },
  );

  it.each([
    ["nothing", ""],
    ["half a head", "POST /v1/x HTTP/1.1\r\nho"],
    ["half a body", call("abcdef").slice(0, -3)],
    ["a whole call, whose answer takes a while", call("late")],
  ])("half, having said %s, hears what it hears without a front", async (_, bytes) => {
    const heard = async (front: boolean) => {
      const { port } = await place(
        async (incoming) => {
          await bodyOf(incoming);
          await once(AbortSignal.timeout(30), "abort");
          return answer("late");
        },
        { front },
      );
      const client = new RawClient(port).say(bytes);
      client.socket.end();
      return client.all();
    };
    expect(await heard(true)).toBe(await heard(false));
  });
});

describe("a fault", () => {
  it("of a stream that has begun cuts it off, and gives it up", async () => {
    const abandoned = Promise.withResolvers<void>();
    let asked = 0;
    const next = () => {
      asked += 1;
      if (asked > 1) throw new Error("a fault of ours");
      return { bytes: Buffer.alloc(100_000, "x"), last: false };
    };
    const stream = { next, whenReady() {}, abandon: async () => abandoned.resolve() };
    const { port } = await place(async () => answer(stream));
    expect(await new RawClient(port).say(call("abc")).all()).not.toContain("\r\n0\r\n\r\n");
    await abandoned.promise;
  });

  it.each(["a\r\nset-cookie: b", "a\nb", "a\0b"])("lets no header break out of its line", async (value) => {
    const { port } = await place(async () => answer("body", { "x-a": value }));
    const heard = await new RawClient(port).say(call("abc")).hear(/internal_error/);
    expect(heard).toMatch(/^HTTP\/1.1 500 /);
    expect(heard).not.toContain("set-cookie");
  });
});

describe("a front that is asked to end", () => {
  it("closes idle connections, lets a running call finish and tells its client that it was the last", async () => {
    const finish = Promise.withResolvers<Answer>();
    const { listener, port } = await place(async (incoming) =>
      (await bodyOf(incoming)).length > 0 ? finish.promise : answer("idle"),
    );
    const idle = new RawClient(port).say(call(""));
    await idle.hear(/idle/);
    const running = new RawClient(port).say(call("abc"));
    await expect.poll(() => listener.inFlight()).toBe(1);
    const drained = drain(listener, { graceMs: 10_000, lastWordsMs: 10 });
    await idle.closed;
    finish.resolve(answer("x".repeat(5_000_000)));
    const heard = await running.all();
    expect(heard).toContain("Connection: close\r\n");
    expect(heard.length).toBeGreaterThan(5_000_000);
    await drained;
  });

  it("closes connections whose call does not end", async () => {
    const { listener, port } = await place(() => new Promise(() => {}));
    const client = new RawClient(port).say(call("abc"));
    await expect.poll(() => listener.inFlight()).toBe(1);
    await drain(listener, { graceMs: 20, lastWordsMs: 20 });
    await client.closed;
  });
});
