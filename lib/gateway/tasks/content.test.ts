import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setSingleton } from "#lib/runtime/singletons";
import { masterKeyFrom } from "#lib/secrets/box";
import { startTestGateway, type TestGateway } from "../testing.ts";

const FILM = randomBytes(3 << 20);
const DONE = { id: "up-1", object: "video", status: "completed", seconds: "4" };
let gateway: TestGateway;
let secret: string;
let path: string;
/** What upstream does when it is asked for the film. */
let showing: (response: ServerResponse, request: IncomingMessage) => void;
const asked: string[] = [];

beforeAll(async () => {
  gateway = await startTestGateway();
  setSingleton("master-key", masterKeyFrom(randomBytes(32)));
  await gateway.priceModel("film", { videoSecond: "1000" });
  const upstream = await gateway.startUpstream((response, request) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url?.includes("/content")) return showing(response, request);
    response.writeHead(200, { "content-type": "application/json" });
    return response.end(JSON.stringify(DONE));
  });
  await gateway.addChannel({ film: "film" }, { baseUrl: upstream.baseUrl });
  secret = await gateway.addKey(await gateway.addAccount());
  const made = await gateway.call({ model: "film", prompt: "a fox" }, secret, { path: "/v1/videos" });
  path = `/v1/videos/${((await made.json()) as { id: string }).id}`;
});
afterAll(() => gateway.stop());

const show = (more = "") =>
  gateway.call(undefined, secret, { path: `${path}/content${more}`, method: "GET", body: null });

describe("a video's content", () => {
  it("passes as it comes, and nothing of upstream's headers but what it is", async () => {
    showing = (response) => {
      response.writeHead(200, { "content-type": "video/mp4", "set-cookie": "a=b", "x-upstream": "who" });
      response.end(FILM);
    };
    const answer = await show("?variant=thumbnail");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "video/mp4"]);
    expect([answer.headers.get("set-cookie"), answer.headers.get("x-upstream")]).toEqual([null, null]);
    expect(Buffer.from(await answer.arrayBuffer()).equals(FILM)).toBe(true);
    expect(asked.at(-1)).toBe("GET /v1/videos/up-1/content?variant=thumbnail");
    expect((await show("?variant=../../files")).status).toBe(400);
  });

  it("that breaks off fails at the client, too: it never looks whole", async () => {
    showing = (response) => {
      response.writeHead(200, { "content-type": "video/mp4", "content-length": FILM.byteLength });
      response.write(FILM.subarray(0, 1 << 20), () => response.destroy());
    };
    const answer = await show();
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });

  it("that is a page is no page of ours", async () => {
    showing = (response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<script>alert(1)</script>");
    };
    const answer = await show();
    expect(answer.headers.get("content-type")).toBe("application/octet-stream");
    await answer.arrayBuffer();
  });

  it("that upstream does not give is its fault, not the client's", async () => {
    showing = (response) => {
      response.writeHead(401, { "content-type": "application/json" });
      response.end('{"error":{"message":"SECRET-ECHO"}}');
    };
    const answer = await show();
    expect([answer.status, await answer.text()]).toEqual([502, expect.not.stringContaining("SECRET-ECHO")]);
  });

  it("ends upstream when its client has gone", async () => {
    const gone = Promise.withResolvers<void>();
    showing = (response) => {
      response.writeHead(200, { "content-type": "video/mp4" });
      response.write(FILM.subarray(0, 1_000));
      response.once("close", gone.resolve);
    };
    const answer = await show();
    const reader = answer.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await gone.promise;
  });
});
