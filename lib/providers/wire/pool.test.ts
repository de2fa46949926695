import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { collectGarbage } from "#lib/runtime/testing";
import { ask, asking, closeAll, Ear, type Peer, poolTo, rawUpstream } from "./testing.ts";

afterEach(closeAll);

const answerOf = (body: string, ...fields: string[]) =>
  ["HTTP/1.1 200 OK", `Content-Length: ${body.length}`, ...fields, "", body].join("\r\n");
const echo = ({ socket }: Peer, request: string) =>
  void socket.write(answerOf(request.slice(request.indexOf("\r\n\r\n") + 4)), "latin1");
/** Answers nobody until it is told to. */
function patient() {
  const waiting: { peer: Peer; request: string }[] = [];
  let came = () => {};
  return {
    answer: (peer: Peer, request: string) => {
      waiting.push({ peer, request });
      came();
    },
    async next() {
      while (waiting.length === 0) await new Promise<void>((resolve) => (came = resolve));
      return waiting.shift() as (typeof waiting)[number];
    },
  };
}

describe("a request", () => {
  it("is sent as it is, whatever its bytes and its size", async () => {
    const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const upstream = await rawUpstream(echo);
    const pool = poolTo(upstream);
    for (const size of [0, 1, 64 << 10, (64 << 10) + 1, 8 << 20]) {
      const body = Buffer.alloc(size, every);
      const ear = new Ear();
      pool.send(asking(body), ear);
      expect(await ear.outcome).toEqual({ status: 200, body: body.toString("latin1") });
    }
    expect(upstream.peers.flatMap(({ requests }) => requests.map((text) => text.slice(0, 200)))[1]).toBe(
      "POST /v1/chat/completions HTTP/1.1\r\nhost: upstream.test\r\nconnection: keep-alive\r\ncontent-length: 1\r\n\r\n\0",
    );
  });

  it("without a body names no length", async () => {
    const upstream = await rawUpstream(echo);
    const ear = new Ear();
    poolTo(upstream).send({ head: "GET /v1/models HTTP/1.1\r\nhost: x\r\n", body: null }, ear);
    await ear.outcome;
    expect(upstream.peers[0]?.requests).toEqual(["GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n"]);
  });
});

describe("a connection", () => {
  it("serves one call after the other", async () => {
    const upstream = await rawUpstream(echo);
    const pool = poolTo(upstream);
    for (const body of ["a", "b", "c"]) expect(await ask(pool, body)).toEqual({ status: 200, body });
    expect(upstream.peers.map(({ requests }) => requests.length)).toEqual([3]);
  });

  it("serves one call at a time", async () => {
    const { answer, next } = patient();
    const upstream = await rawUpstream(answer);
    const pool = poolTo(upstream);
    const outcomes = [ask(pool, "a"), ask(pool, "b")];
    const both = [await next(), await next()];
    // In the other order: nobody gets another's answer.
    for (const { peer, request } of both.reverse()) echo(peer, request);
    expect(await Promise.all(outcomes)).toEqual([
      { status: 200, body: "a" },
      { status: 200, body: "b" },
    ]);
    expect(upstream.peers).toHaveLength(2);
  });

  it.each([
    ["upstream says that it closes it", answerOf("hi", "Connection: close")],
    [
      "something stands behind the answer",
      `${answerOf("hi")}HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad`,
    ],
    ["upstream says that it keeps it for two seconds", answerOf("hi", "Keep-Alive: timeout=2")],
  ])("is not used again where %s", async (_, said) => {
    const upstream = await rawUpstream(({ socket }) => void socket.write(said));
    const pool = poolTo(upstream);
    for (let call = 0; call < 2; call += 1) expect(await ask(pool)).toEqual({ status: 200, body: "hi" });
    expect(upstream.peers.map(({ requests }) => requests.length)).toEqual([1, 1]);
  });

  it("that says something unasked is not used again", async () => {
    const upstream = await rawUpstream(({ socket }) => void socket.write(answerOf("hi")));
    const pool = poolTo(upstream);
    await ask(pool);
    const [first] = upstream.peers;
    first?.socket.write(answerOf("bad"));
    await once(first?.socket as Peer["socket"], "close");
    expect(await ask(pool)).toEqual({ status: 200, body: "hi" });
    expect(upstream.peers).toHaveLength(2);
  });

  it("that upstream has closed meanwhile is not used again", async () => {
    const upstream = await rawUpstream(echo);
    const pool = poolTo(upstream);
    await ask(pool, "a");
    const socket = upstream.peers[0]?.socket as Peer["socket"];
    socket.end();
    await once(socket, "close");
    expect(await ask(pool, "b")).toEqual({ status: 200, body: "b" });
  });

  it("is not used again where upstream answered before it had all of the request", async () => {
    const upstream = await rawUpstream(() => {});
    const pool = poolTo(upstream);
    const ear = new Ear();
    pool.send(asking(Buffer.alloc(32 << 20)), ear);
    while (upstream.peers.length === 0) await new Promise(setImmediate);
    const [{ socket } = { socket: undefined }] = upstream.peers;
    socket?.pause();
    socket?.write(answerOf("too much"));
    expect(await ear.outcome).toEqual({ status: 200, body: "too much" });
    void ask(pool);
    while (upstream.peers.length < 2) await new Promise(setImmediate);
  });

  it("grows old, and is used again no more", async () => {
    let nowMs = 0;
    const upstream = await rawUpstream(echo);
    const pool = poolTo(upstream, { nowMs: () => nowMs });
    await ask(pool);
    nowMs = 14_999;
    await ask(pool);
    expect(upstream.peers).toHaveLength(1);
    nowMs += 15_000;
    await ask(pool);
    expect(upstream.peers).toHaveLength(2);
    nowMs += 15_000;
    const closed = once(upstream.peers[1]?.socket as Peer["socket"], "close");
    pool.sweep();
    await closed;
  });

  it("is kept as long as upstream says, but for two seconds", async () => {
    let nowMs = 0;
    const upstream = await rawUpstream(
      ({ socket }) => void socket.write(answerOf("hi", "Keep-Alive: timeout=60")),
    );
    const pool = poolTo(upstream, { nowMs: () => nowMs });
    await ask(pool);
    nowMs = 57_999;
    pool.sweep();
    await ask(pool);
    expect(upstream.peers).toHaveLength(1);
    nowMs += 58_000;
    await ask(pool);
    expect(upstream.peers).toHaveLength(2);
  });
});

describe("a call", () => {
  it("waits while all connections that there may be are busy; who leaves waits no more", async () => {
    const { answer, next } = patient();
    const upstream = await rawUpstream(answer);
    const pool = poolTo(upstream, { most: 1 });
    const [first, left, third] = [new Ear(), new Ear(), new Ear()];
    pool.send(asking("a"), first);
    pool.send(asking("b"), left).abort();
    pool.send(asking("c"), third);
    for (const ear of [first, third]) {
      const { peer, request } = await next();
      echo(peer, request);
      await ear.outcome;
    }
    expect(upstream.peers.map(({ requests }) => requests.length)).toEqual([2]);
    expect(left.status).toBe(0);
  });

  it("that waits goes on when the connection before it is lost", async () => {
    const { answer, next } = patient();
    const upstream = await rawUpstream(answer);
    const pool = poolTo(upstream, { most: 1 });
    const outcomes = [ask(pool, "a"), ask(pool, "b")];
    (await next()).peer.socket.destroy();
    const { peer, request } = await next();
    echo(peer, request);
    expect(await Promise.all(outcomes)).toEqual([{ error: "connection_lost" }, { status: 200, body: "b" }]);
  });

  it("that is called off closes its connection, and hears nothing more", async () => {
    const { answer, next } = patient();
    const upstream = await rawUpstream(answer);
    const pool = poolTo(upstream);
    const ear = new Ear();
    const call = pool.send(asking(), ear);
    const { peer } = await next();
    peer.socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    await ear.has(5);
    call.abort();
    await once(peer.socket, "close");
    expect(ear.body).toBe("hello");
  });

  it("can do nothing any more to a connection that serves another", async () => {
    const { answer, next } = patient();
    const upstream = await rawUpstream(answer);
    const pool = poolTo(upstream);
    const ear = new Ear();
    const over = pool.send(asking("a"), ear);
    const first = await next();
    echo(first.peer, first.request);
    await ear.outcome;
    const outcome = ask(pool, "b");
    const { peer, request } = await next();
    expect(peer).toBe(first.peer);
    over.pause();
    over.abort();
    echo(peer, request);
    expect(await outcome).toEqual({ status: 200, body: "b" });
  });

  it("holds on to no body that it has sent", async () => {
    const { answer, next } = patient();
    const pool = poolTo(await rawUpstream(answer));
    const sent = () => {
      const body = Buffer.alloc(1_000);
      const call = pool.send({ head: asking().head, body }, new Ear());
      return { call, body: new WeakRef(body) };
    };
    const { call, body } = sent();
    await next();
    await collectGarbage();
    expect(body.deref()).toBeUndefined();
    call.abort();
  });

  it("that takes nothing holds upstream up, and gets all of it in the end", async () => {
    const body = Buffer.alloc(64 << 20, "x").toString("latin1");
    const upstream = await rawUpstream(({ socket }) => void socket.write(answerOf(body)));
    const ear = new Ear();
    const call = poolTo(upstream).send(asking(), ear);
    await ear.has(1);
    call.pause();
    const sentSoFar = () => ear.body.length;
    const before = sentSoFar();
    for (let turn = 0; turn < 1_000; turn += 1) await new Promise(setImmediate);
    expect(sentSoFar()).toBe(before);
    call.resume();
    expect(await ear.outcome).toEqual({ status: 200, body });
  });

  it("hears once of what came together", async () => {
    const said = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n2\r\nho\r\n0\r\n\r\n";
    const upstream = await rawUpstream(({ socket }) => void socket.write(said));
    const ear = new Ear();
    poolTo(upstream).send(asking(), ear);
    expect(await ear.outcome).toEqual({ status: 200, body: "hiho" });
    expect(ear.stirs).toBeLessThanOrEqual(1);
  });

  it("that waits does not go out on a connection that upstream closes", async () => {
    const upstream = await rawUpstream(
      ({ socket }) => void socket.write(answerOf("hi", "Connection: close")),
    );
    const pool = poolTo(upstream, { most: 1 });
    const hi = { status: 200, body: "hi" };
    expect(await Promise.all([ask(pool), ask(pool)])).toEqual([hi, hi]);
    expect(upstream.peers.map(({ requests }) => requests.length)).toEqual([1, 1]);
  });

  it("keeps what it was given while others read", async () => {
    const upstream = await rawUpstream(echo);
    const pool = poolTo(upstream);
    const kept: Buffer[] = [];
    for (const letter of ["a", "b"]) {
      const ear = new Ear();
      ear.data = (bytes) => void kept.push(bytes);
      pool.send(asking(letter.repeat(1_000)), ear);
      await ear.outcome;
    }
    expect(kept.map(String)).toEqual(["a".repeat(1_000), "b".repeat(1_000)]);
  });
});

describe("a pool that is closed", () => {
  it("lets what runs come to its end", async () => {
    const { answer, next } = patient();
    const upstream = await rawUpstream(answer);
    const pool = poolTo(upstream);
    const outcome = ask(pool, "a");
    const { peer, request } = await next();
    pool.close();
    const closed = once(peer.socket, "close");
    echo(peer, request);
    expect(await outcome).toEqual({ status: 200, body: "a" });
    await closed;
  });

  it("at once, ends what runs and what waits", async () => {
    const { answer, next } = patient();
    const upstream = await rawUpstream(answer);
    const pool = poolTo(upstream, { most: 1 });
    const outcomes = [ask(pool, "a"), ask(pool, "b")];
    const { peer } = await next();
    const closed = once(peer.socket, "close");
    pool.destroy();
    expect(await Promise.all(outcomes)).toEqual([{ error: "connection_lost" }, { error: "connection_lost" }]);
    await closed;
  });
});
