import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { AppError } from "#lib/core/errors";
import { prisma } from "#lib/db/client";
import { inTransaction } from "#lib/db/transaction";
import { operation } from "./operation.ts";
import { serve } from "./serve.ts";
import { startTestConsole, testRequest, testUser } from "./testing.ts";

let app: Awaited<ReturnType<typeof startTestConsole>>;
let cookie: string;
beforeAll(async () => {
  app = await startTestConsole();
  cookie = (await testUser("owner")).cookie;
});
afterAll(() => app.stop());

/** Creates a group per call: an effect that can be counted in the database. */
const create = operation({
  id: "createThing",
  method: "POST",
  path: "/api/things",
  summary: "",
  tag: "Things",
  permission: "keys.write",
  body: z.strictObject({ name: z.string(), other: z.number().optional() }),
  answer: z.object({ id: z.string(), secret: z.string() }),
  status: 201,
  idempotent: true,
  async run({ body }) {
    const id = crypto.randomUUID();
    await inTransaction(async (tx) => {
      await gate;
      if (body.name === "refused") throw new AppError({ code: "no", status: 409, message: "No." });
      await tx.group.create({ data: { id, name: body.name } });
    });
    if (body.name === "crash after commit") throw new Error("the process died here");
    return { id, secret: `canary-${id}` };
  },
});
let gate: Promise<void> | undefined;
beforeEach(() => {
  gate = undefined;
});

const post = async (key: string, body: unknown, as = cookie) => {
  const response = await serve(create)(
    testRequest("POST", "/api/things", { cookie: as, body, headers: { "idempotency-key": key } }),
  );
  return { response, status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const made = (name: string) => prisma().group.count({ where: { name } });

describe("Idempotency-Key", () => {
  it("answers the second call as the first, without a second effect", async () => {
    const first = await post("k1", { name: "once", other: 1 });
    const second = await post("k1", { other: 1, name: "once" });
    expect(first.status).toBe(201);
    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(second.response.headers.get("idempotent-replayed")).toBe("true");
    expect(await made("once")).toBe(1);
  });

  it("refuses another body under the same key", async () => {
    await post("k2", { name: "body" });
    expect(await post("k2", { name: "another body" })).toMatchObject({
      status: 422,
      body: { code: "idempotency_key_reused" },
    });
  });

  it("lets concurrent twins wait for the first and answers them alike", async () => {
    let release = () => {};
    gate = new Promise((resolve) => {
      release = resolve;
    });
    const twins = Array.from({ length: 8 }, () => post("k3", { name: "twins" }));
    await expect.poll(() => prisma().idempotentAnswer.count({ where: { key: "k3" } })).toBe(1);
    release();
    const answers = await Promise.all(twins);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(await made("twins")).toBe(1);
  });

  it("keeps keys of different people apart", async () => {
    const other = (await testUser("owner")).cookie;
    const [mine, theirs] = [await post("k4", { name: "apart" }), await post("k4", { name: "apart" }, other)];
    expect(mine.body.id).not.toBe(theirs.body.id);
  });

  it("does not keep refusals: the same call may succeed later", async () => {
    expect((await post("k5", { name: "refused" })).status).toBe(409);
    expect((await post("k5", { name: "now" })).status).toBe(201);
  });

  it("keeps no secret in clear in the database", async () => {
    await post("k6", { name: "sealed" });
    const rows = await prisma().idempotentAnswer.findMany();
    expect(JSON.stringify(rows.map((row) => row.answer))).not.toContain("canary");
  });

  it("takes over what a crash left before its effect", async () => {
    await prisma().idempotentAnswer.create({ data: await crashedClaim("k7", "taken over", null) });
    expect((await post("k7", { name: "taken over" })).status).toBe(201);
    expect(await made("taken over")).toBe(1);
  });

  it("never repeats an effect whose answer a crash lost", async () => {
    expect((await post("k8", { name: "crash after commit" })).status).toBe(500);
    await prisma().idempotentAnswer.updateMany({
      where: { key: "k8" },
      data: { createdAt: new Date(Date.now() - 61_000) },
    });
    expect(await post("k8", { name: "crash after commit" })).toMatchObject({
      status: 409,
      body: { code: "idempotency_answer_lost" },
    });
    expect(await made("crash after commit")).toBe(1);
  });

  it("rolls a slow call back when another has taken its key over", async () => {
    let release = () => {};
    gate = new Promise((resolve) => {
      release = resolve;
    });
    const slow = post("k9", { name: "fenced" });
    await expect.poll(() => prisma().idempotentAnswer.count({ where: { key: "k9" } })).toBe(1);
    await prisma().idempotentAnswer.updateMany({
      where: { key: "k9" },
      data: { createdAt: new Date(Date.now() - 61_000) },
    });
    gate = undefined;
    const second = await post("k9", { name: "fenced" });
    release();
    expect((await slow).status).toBe(500);
    expect(second.status).toBe(201);
    expect(await made("fenced")).toBe(1);
  });

  it("forgets an answer after 24 h", async () => {
    const first = await post("k10", { name: "day" });
    await prisma().idempotentAnswer.updateMany({
      where: { key: "k10" },
      data: { createdAt: new Date(Date.now() - 86_400_001) },
    });
    expect((await post("k10", { name: "day" })).body.id).not.toBe(first.body.id);
  });

  it("refuses a malformed key", async () => {
    expect((await post("x".repeat(256), { name: "x" })).status).toBe(422);
  });
});

/** The row that a process leaves which died while its call ran: as a call of the same body writes it. */
async function crashedClaim(key: string, name: string, status: number | null) {
  await post(`${key}-model`, { name });
  await prisma().group.deleteMany({ where: { name } });
  const model = await prisma().idempotentAnswer.findFirstOrThrow({ where: { key: `${key}-model` } });
  const createdAt = new Date(Date.now() - 61_000);
  const { actor, path, bodyHash } = model;
  return { actor, path, bodyHash, key, status, createdAt };
}
