import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { generate } from "selfsigned";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ask, closeAll, type Peer, poolTo, rawUpstream } from "./testing.ts";

afterEach(closeAll);

const NAME = "upstream.test";
const hi = ({ socket }: Peer) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");

/** A port at which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return port;
}

describe("no connection", () => {
  it("because nobody listens", async () => {
    const outcome = await ask(poolTo({ port: await deadPort() }));
    expect(outcome).toEqual({ error: expect.stringContaining("ECONNREFUSED") });
  });

  it("in the time that there is", async () => {
    const pool = poolTo({ port: 1 }, { host: NAME, lookup: () => {}, connectTimeoutMs: 20 });
    expect(await ask(pool)).toEqual({ error: "connect_timeout" });
  });

  it("because the other end does not shake hands in the time that there is", async () => {
    const upstream = await rawUpstream(() => {});
    const pool = poolTo(upstream, { host: NAME, isEncrypted: true, connectTimeoutMs: 50 });
    expect(await ask(pool)).toEqual({ error: "connect_timeout" });
  });

  it("where its name leads nowhere", async () => {
    const lookup = (_: string, __: object, found: (error: Error) => void) => found(new Error("nowhere"));
    const pool = poolTo({ port: 1 }, { host: NAME, lookup: lookup as never });
    expect(await ask(pool)).toEqual({ error: "nowhere" });
  });
});

describe("an encrypted connection", () => {
  const before = getCACertificates("default");
  let tls: { key: string; cert: string };

  beforeAll(async () => {
    const made = await generate([{ name: "commonName", value: NAME }], {
      keyType: "ec",
      extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: NAME }] }],
    });
    tls = { key: made.private, cert: made.cert };
  });
  afterEach(() => setDefaultCACertificates(before));
  afterAll(() => setDefaultCACertificates(before));

  it("carries calls one after the other, and its session serves the next", async () => {
    setDefaultCACertificates([...before, tls.cert]);
    const resumed: boolean[] = [];
    const upstream = await rawUpstream((peer) => {
      resumed.push((peer.socket as unknown as { isSessionReused(): boolean }).isSessionReused());
      hi(peer);
    }, tls);
    let nowMs = 0;
    const pool = poolTo(upstream, { host: NAME, isEncrypted: true, nowMs: () => nowMs });
    for (let call = 0; call < 3; call += 1) {
      expect(await ask(pool)).toEqual({ status: 200, body: "hi" });
      if (call === 1) nowMs += 60_000;
    }
    expect(resumed).toEqual([false, false, true]);
  });

  it("carries a large answer in many pieces", async () => {
    setDefaultCACertificates([...before, tls.cert]);
    const body = "x".repeat(8 << 20);
    const said = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const upstream = await rawUpstream(({ socket }) => void socket.write(said), tls);
    const pool = poolTo(upstream, { host: NAME, isEncrypted: true });
    const both = await Promise.all([ask(pool), ask(pool)]);
    expect(both).toEqual([
      { status: 200, body },
      { status: 200, body },
    ]);
  });

  it("to whoever nobody vouches for is none: not a byte of the request leaves", async () => {
    const upstream = await rawUpstream(hi, tls);
    const outcome = await ask(poolTo(upstream, { host: NAME, isEncrypted: true }), "the caller's secret");
    expect(outcome).toEqual({ error: expect.stringMatching(/self-signed|unable to verify/) });
    expect(upstream.peers.flatMap(({ requests }) => requests)).toEqual([]);
  });

  it("to another than was asked for is none", async () => {
    setDefaultCACertificates([...before, tls.cert]);
    const upstream = await rawUpstream(hi, tls);
    const pool = poolTo(upstream, { host: "other.test", isEncrypted: true });
    expect(await ask(pool)).toEqual({ error: expect.stringContaining("other.test") });
    expect(upstream.peers.flatMap(({ requests }) => requests)).toEqual([]);
  });
});
