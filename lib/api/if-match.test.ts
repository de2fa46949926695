import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { notFound } from "#lib/core/errors";
import { inTransaction } from "#lib/db/transaction";
import { operation } from "./operation.ts";
import { serve } from "./serve.ts";
import { startTestConsole, testRequest, testUser } from "./testing.ts";

let app: Awaited<ReturnType<typeof startTestConsole>>;
let owner: Awaited<ReturnType<typeof testUser>>;
beforeAll(async () => {
  app = await startTestConsole();
  owner = await testUser("owner");
});
afterAll(() => app.stop());

const shared = { path: "/api/things", summary: "", tag: "Things" } as const;

async function call(handler: ReturnType<typeof serve>, ...request: Parameters<typeof testRequest>) {
  const response = await handler(testRequest(...request));
  return { response, status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("If-Match", () => {
  const state = { name: "first" };
  const thing = {
    ...shared,
    permission: "keys.write",
    answer: z.object({ name: z.string() }),
    etag: true,
  } as const;
  const readThing = operation({ ...thing, id: "readThing", method: "GET", run: async () => state });
  const patchThing = operation({
    ...thing,
    id: "patchThing",
    method: "PATCH",
    body: z.strictObject({ name: z.string() }),
    current: async () => state,
    async run({ body }) {
      // A slow write: the others ask meanwhile.
      await inTransaction((tx) => tx.$executeRaw`SELECT pg_sleep(0.1)`);
      return Object.assign(state, body);
    },
  });
  const patch = (name: string, ifMatch?: string) =>
    call(serve(patchThing), "PATCH", "/api/things", {
      cookie: owner.cookie,
      body: { name },
      headers: ifMatch === undefined ? {} : { "if-match": ifMatch },
    });
  const readEtag = async () =>
    (await call(serve(readThing), "GET", "/api/things", { cookie: owner.cookie })).response.headers.get(
      "etag",
    ) ?? "";

  it("applies a fresh change and refuses a stale one with the current resource", async () => {
    const etag = await readEtag();
    expect((await patch("second", etag)).status).toBe(200);
    const stale = await patch("third", etag);
    expect(stale).toMatchObject({ status: 409, body: { code: "stale", current: { name: "second" } } });
    expect(stale.response.headers.get("etag")).toBe(await readEtag());
  });

  it("is not required", async () => {
    expect((await patch("anyway")).status).toBe(200);
  });

  it("lets one of several writers with the same ETag win", async () => {
    const etag = await readEtag();
    const answers = await Promise.all(["a", "b", "c", "d"].map((name) => patch(name, etag)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  });
});

describe("If-None-Match: *", () => {
  it("lets one of several makers of the same thing win, and shows the others what it made", async () => {
    let made: { name: string } | undefined;
    const putThing = operation({
      ...shared,
      id: "putThing",
      method: "PUT",
      permission: "keys.write",
      body: z.strictObject({ name: z.string() }),
      answer: z.object({ name: z.string() }),
      etag: true,
      async current() {
        if (made === undefined) throw notFound("thing");
        return made;
      },
      run: async ({ body }) => {
        made = body;
        return body;
      },
    });
    const put = (name: string) =>
      call(serve(putThing), "PUT", "/api/things", {
        cookie: owner.cookie,
        body: { name },
        headers: { "if-none-match": "*" },
      });
    const answers = await Promise.all(["a", "b", "c"].map(put));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const lost = answers.filter(({ status }) => status === 409);
    expect(lost.map(({ body }) => body.current)).toEqual([made, made]);
  });
});
