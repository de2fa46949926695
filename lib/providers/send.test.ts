import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { generate } from "selfsigned";
import { afterEach, describe, expect, it } from "vitest";
import type { ChannelEntry } from "#lib/snapshot/entries";
import type { UpstreamRequest } from "./provider.ts";
import { openAiCompatible } from "./send.ts";
import { closeAll, type Peer, rawUpstream } from "./wire/testing.ts";

const rules = { allowPrivate: true, own: { host: "127.0.0.1", port: 1 } };
const provider = openAiCompatible(() => rules);
afterEach(closeAll);

const channelAt = (baseUrl: string) => ({ id: baseUrl, baseUrl }) as ChannelEntry;
const never = { hasEnded: false, whenEnded() {}, stirred() {} };
const request: UpstreamRequest = {
  path: "/chat/completions",
  model: "m",
  body: Buffer.from('{"a":"é"}'),
  stream: false,
  secret: "sk-up",
  headers: {},
  connectTimeoutMs: 5_000,
  ending: never,
};
const hi = ({ socket }: Peer) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");

describe("what an upstream gets", () => {
  it("is our own head and the body", async () => {
    const { port, peers } = await rawUpstream(hi);
    await provider.send(channelAt(`http://127.0.0.1:${port}`), request);
    await provider.send(channelAt(`http://127.0.0.1:${port}`), { ...request, stream: true, secret: null });
    const head = (accept: string, ...more: string[]) =>
      [
        "POST /v1/chat/completions HTTP/1.1",
        `host: 127.0.0.1:${port}`,
        "connection: keep-alive",
        "content-type: application/json",
        `accept: ${accept}`,
        "accept-encoding: identity",
        ...more,
        "content-length: 10",
        "",
        '{"a":"\xc3\xa9"}',
      ].join("\r\n");
    expect(peers.flatMap(({ requests }) => requests)).toEqual([
      head("application/json", "authorization: Bearer sk-up"),
      head("text/event-stream"),
    ]);
  });

  it("is nothing where a credential would end its line and begin another", async () => {
    const { port, peers } = await rawUpstream(hi);
    const secret = "sk-up\r\nx-admin: yes";
    let end = () => {};
    const whenEnded = (act: () => void) => {
      end = act;
    };
    const ending = { ...never, whenEnded };
    const sent = provider.send(channelAt(`http://127.0.0.1:${port}/v1`), { ...request, secret, ending });
    await expect(sent).rejects.toMatchObject({ errorClass: "bad_credential" });
    // As the gateway does after every failure; a rejection that nobody hears would end the process.
    end();
    await new Promise(setImmediate);
    expect(peers.flatMap(({ requests }) => requests)).toEqual([]);
  });
});

describe("why no answer came", () => {
  it("is told apart: nobody listens", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await once(server.close(), "close");
    const sent = provider.send(channelAt(`http://127.0.0.1:${port}/v1`), request);
    await expect(sent).rejects.toMatchObject({ errorClass: "connect_refused" });
  });

  it("is told apart: nobody vouches for the certificate", async () => {
    const { private: key, cert } = await generate([{ name: "commonName", value: "x" }], { keyType: "ec" });
    const { port } = await rawUpstream(hi, { key, cert });
    const sent = provider.send(channelAt(`https://127.0.0.1:${port}/v1`), request);
    await expect(sent).rejects.toMatchObject({ errorClass: "tls_failed" });
  });

  it("is told apart: it does not speak HTTP", async () => {
    const { port } = await rawUpstream(({ socket }) => void socket.write("SSH-2.0-x\r\n"));
    const sent = provider.send(channelAt(`http://127.0.0.1:${port}/v1`), request);
    await expect(sent).rejects.toMatchObject({ errorClass: "malformed" });
  });

  it("is told apart: its answer breaks off", async () => {
    const { port } = await rawUpstream(({ socket }) => socket.end("HTTP/1.1 200 OK\r\n"));
    const sent = provider.send(channelAt(`http://127.0.0.1:${port}/v1`), request);
    await expect(sent).rejects.toMatchObject({ errorClass: "connection_lost" });
  });
});
