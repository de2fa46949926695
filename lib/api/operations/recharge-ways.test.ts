import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { prisma } from "#lib/db/client";
import { mailsTo } from "#lib/mail/testing";
import { sendPayment, testSecret } from "#lib/payments/testing";
import { createAccountOperation, getAccountOperation } from "./accounts.ts";
import {
  createClaimOperation as claim,
  creditClaimOperation as creditClaim,
  downloadClaimFile,
  listClaimsOperation as listClaims,
  rejectClaimOperation as rejectClaim,
} from "./claims.ts";
import { createCodeBatch, listCodeBatches, redeemCodeOperation as redeem, revokeCodeBatch } from "./codes.ts";
import {
  beginRechargeOperation as begin,
  getPaymentMethodOperation as getMethod,
  putPaymentMethodOperation as putMethod,
} from "./payments.ts";
import { getRechargeOperation as get, importRechargesOperation as importRows } from "./recharges.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let accountId: string;
let name: string;
let email: string;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  const body = { kind: "webhook", name: "Bank", currencies: ["USD"], secret: testSecret };
  await api.call(putMethod, { params: { id: "bank" }, body });
});
afterAll(() => api.stop());
beforeEach(async () => {
  name = `Payer ${crypto.randomUUID()}`;
  email = `${crypto.randomUUID()}@example.com`;
  accountId = (await api.call(createAccountOperation, { body: { name, email } })).body.id;
});

const balance = async () => (await api.call(getAccountOperation, { params: { id: accountId } })).body.balance;

describe("a way of paying", () => {
  const params = { id: "transfer" };
  const body = { kind: "webhook", name: "Transfer", currencies: ["USD"], secret: testSecret };
  const put = (name: string, headers: Record<string, string>) =>
    api.call(putMethod, { params, body: { ...body, name }, headers });

  it("is not made over one that somebody made first, nor changed on a stale copy", async () => {
    const made = await put("Transfer", { "if-none-match": "*" });
    expect(made.status).toBe(200);
    const again = await put("Mine too", { "if-none-match": "*" });
    expect(again).toMatchObject({ status: 409, body: { code: "stale", current: { name: "Transfer" } } });
    const read = { "if-match": (await api.call(getMethod, { params })).headers.get("etag") ?? "" };
    expect(again.headers.get("etag")).toBe(read["if-match"]);
    expect((await put("Theirs", read)).status).toBe(200);
    const stale = await put("Mine", read);
    expect(stale).toMatchObject({ status: 409, body: { code: "stale", current: { name: "Theirs" } } });
    expect(JSON.stringify(stale.body)).not.toContain(testSecret);
    expect((await put("Mine", { "if-match": stale.headers.get("etag") ?? "" })).body.name).toBe("Mine");
  });

  it("that another secret was entered for meanwhile is stale, too", async () => {
    const read = { "if-match": (await api.call(getMethod, { params })).headers.get("etag") ?? "" };
    const secret = { params, body: { ...body, name: "Mine", secret: `${testSecret} anew` } };
    expect((await api.call(putMethod, secret)).status).toBe(200);
    expect((await put("Mine", read)).status).toBe(409);
  });
});

describe("redemption codes", () => {
  const make = async (more: object = {}) =>
    (await api.call(createCodeBatch, { body: { amount: "5", currency: "USD", count: 3, ...more } })).body;
  const use = (code: string) => api.call(redeem, { body: { accountId, code } });

  it("are shown once, kept as hashes, and turn into credit once, however they are typed", async () => {
    const batch = await make({ note: "fair" });
    expect(new Set(batch.codes).size).toBe(3);
    const [first = "", second = ""] = batch.codes;
    expect(first).toMatch(/^([2-9A-Z]{4}-){3}[2-9A-Z]{4}$/);
    expect(JSON.stringify((await api.call(listCodeBatches)).body)).not.toContain(first);
    const rows = await prisma().redemptionCode.findMany({ where: { batchId: batch.id } });
    expect(JSON.stringify(rows)).not.toContain(first.replaceAll("-", ""));
    const answers = await Promise.all(Array.from({ length: 5 }, () => use(first)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422, 422]);
    expect((await use(` ${second.toLowerCase().replaceAll("-", " ")} `)).body).toMatchObject({
      method: "code",
      credit: "5",
    });
    expect(await balance()).toBe("10");
    expect((await api.call(listCodeBatches)).body.items[0]).toMatchObject({ count: 3, redeemed: 2 });
  });

  it("are worth nothing once they are revoked or expired, and guesses are told no more than that", async () => {
    const [revoked, expired] = [
      await make(),
      await make({ expiresAt: new Date(Date.now() + 60_000).toISOString() }),
    ];
    await api.call(revokeCodeBatch, { params: { id: revoked.id } });
    await prisma().codeBatch.update({
      where: { id: expired.id },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    const answers = [
      await use(revoked.codes[0]),
      await use(expired.codes[0]),
      await use("AAAA-AAAA-AAAA-AAAA"),
      await use("x"),
    ];
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.fields?.code}`)).size).toBe(1);
    expect(await balance()).toBe("0");
  });

  it("cannot be guessed at without end", async () => {
    const guess = await api.as("operator");
    const answers: number[] = [];
    for (let n = 0; n < 11; n += 1) {
      answers.push((await guess(redeem, { body: { accountId, code: "AAAA-AAAA-AAAA-AAAB" } })).status);
    }
    expect(answers).toEqual([...Array(10).fill(422), 429]);
  });

  it.each([
    [{ count: 0 }, "count"],
    [{ count: 1001 }, "count"],
    [{ amount: "0" }, "amount"],
    [{ currency: "XQQ" }, "currency"],
    [{ expiresAt: "2020-01-01T00:00:00Z" }, "expiresAt"],
  ])("are refused by field: %j", async (more, field) => {
    expect((await make(more)).fields).toHaveProperty(field);
  });
});

describe("a claim", () => {
  const picture = async () =>
    await sharp({ create: { width: 20, height: 20, channels: 3, background: "#fff" } })
      .withExif({ IFD0: { Copyright: "hidden words" } })
      .jpeg()
      .toBuffer();
  const open = async () => {
    const body = { accountId, method: "bank", amount: "30", currency: "USD" };
    return (await api.call(begin, { body })).body;
  };
  const make = (more: object = {}) => api.call(claim, { body: { accountId, orderNo: "T-1", ...more } });
  const decide = (operation: typeof creditClaim, id: string, body: object) =>
    api.call(operation, { params: { id }, body });

  it("keeps a picture drawn anew, and serves it as what no browser runs", async () => {
    const file = await picture();
    expect(file.toString("latin1")).toContain("hidden words");
    const made = await make({ file: file.toString("base64") });
    expect(made).toMatchObject({ status: 201, body: { state: "waiting", fileType: "image/jpeg" } });
    const kept = await prisma().rechargeClaim.findUniqueOrThrow({ where: { id: made.body.id } });
    expect(Buffer.from(kept.file ?? []).toString("latin1")).not.toContain("hidden words");
    const served = await api.call(downloadClaimFile, { params: { id: made.body.id } });
    expect(served.headers.get("content-disposition")).toMatch(/^attachment/);
    expect(served.headers.get("content-security-policy")).toMatch(/^sandbox/);
    expect(served.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("keeps a PDF that only shows something as it came, and serves it as what no browser runs", async () => {
    const pdf = Buffer.from(
      "%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n",
    );
    const made = await make({ file: pdf.toString("base64") });
    expect(made).toMatchObject({ status: 201, body: { state: "waiting", fileType: "application/pdf" } });
    const request = { params: { id: made.body.id } };
    const served = await api.call(downloadClaimFile, request);
    expect(served).toMatchObject({ status: 200 });
    expect(served.headers.get("content-type")).toBe("application/pdf");
    expect(served.headers.get("content-disposition")).toMatch(/^attachment.*\.pdf/);
    expect(served.headers.get("content-security-policy")).toMatch(/^sandbox/);
    const kept = await prisma().rechargeClaim.findUniqueOrThrow({ where: { id: made.body.id } });
    expect(Buffer.from(kept.file ?? [])).toEqual(pdf);
  });

  it.each([
    ["<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ["GIF89a"],
    ["\x89PNG\r\n\x1a\nbroken"],
    ["%PDF-1.7 cut off"],
    ["%PDF-1.7 /OpenAction << /S /JavaScript >> %%EOF"],
    [`%PDF-1.7 ${"x".repeat(5 * 1024 * 1024)} %%EOF`],
  ])("is refused with a file like %.20s", async (content) => {
    const refused = await make({ file: Buffer.from(content, "latin1").toString("base64") });
    expect(refused).toMatchObject({ status: 422, body: { fields: { file: expect.anything() } } });
    expect(await prisma().rechargeClaim.count({ where: { accountId } })).toBe(0);
  });

  it("is credited once when its webhook comes at the same moment", async () => {
    const order = await open();
    const made = (await make({ rechargeId: order.id, orderNo: order.orderNo })).body;
    const { orderNo, amount, currency } = order;
    const [byHand, sent] = await Promise.all([
      decide(creditClaim, made.id, {}),
      sendPayment("bank", { id: crypto.randomUUID(), type: "payment.succeeded", orderNo, amount, currency }),
    ]);
    expect([byHand.status, sent.status]).toEqual([200, 200]);
    expect(byHand.body).toMatchObject({ state: "credited", rechargeId: order.id });
    expect(await balance()).toBe("30");
    expect((await decide(creditClaim, made.id, {})).body.code).toBe("claim_decided");
  });

  it("without an order is credited as a new one, and never to another account's", async () => {
    const made = (await make()).body;
    expect((await decide(creditClaim, made.id, {})).body.fields).toHaveProperty("rechargeId");
    const seen = { method: "bank", amount: "7", currency: "USD" };
    const credited = await decide(creditClaim, made.id, seen);
    expect((await api.call(get, { params: { id: credited.body.rechargeId } })).body).toMatchObject({
      orderNo: "T-1",
      credit: "7",
    });
    const foreign = (await api.call(createAccountOperation, { body: { name: "Other" } })).body.id;
    const theirs = (await api.call(claim, { body: { accountId: foreign, orderNo: "T-2" } })).body;
    expect((await decide(creditClaim, theirs.id, { rechargeId: credited.body.rechargeId })).status).toBe(422);
    expect(
      (
        await api.call(claim, {
          body: { accountId: foreign, orderNo: "T-3", rechargeId: credited.body.rechargeId },
        })
      ).status,
    ).toBe(422);
  });

  it("is rejected with a reason that the account is sent", async () => {
    const made = (await make()).body;
    const answers = await Promise.all([
      decide(rejectClaim, made.id, { answer: "Another bank's picture." }),
      decide(rejectClaim, made.id, { answer: "Another bank's picture." }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await mailsTo(email)).map(({ text }) => text.includes("Another bank's picture."))).toEqual([
      true,
    ]);
    const { items } = (await api.call(listClaims, { query: { accountId, state: "rejected" } })).body;
    expect(items).toHaveLength(1);
  });
});

describe("a file of payments", () => {
  const send = (csv: string, lines?: number[]) =>
    api.call(importRows, { body: { csv, ...(lines ? { lines } : {}) } });

  it("is checked row by row before anything is written; then the chosen rows are recorded, once", async () => {
    const csv = [
      "Account,Amount,Currency,Method,Order No,Note",
      `${accountId},10,USD,,I-${name},"by bank, in May"`,
      `${name.toUpperCase()},20,USD,manual,J-${name},'=1+1`,
      `${name},30,USD,manual,i-${name},`,
      `nobody,-5,XQQ,manual,,`,
      `${email},1e400,USD,manual,K-${name},`,
    ].join("\r\n");
    const checked = (await send(csv)).body;
    expect(checked.rows.map((row: { verdict: string }) => row.verdict)).toEqual([
      "ready",
      "ready",
      "duplicate",
      "wrong",
      "wrong",
    ]);
    expect(Object.keys(checked.rows[3].problems).sort()).toEqual([
      "account",
      "amount",
      "currency",
      "order_no",
    ]);
    expect(checked.rows[2].problems.order_no).toBe("stands twice in this file");
    expect(await prisma().recharge.count({ where: { accountId } })).toBe(0);
    const written = (await send(csv, [2, 4, 5, 6])).body;
    expect(written).toMatchObject({ recorded: 1, ready: 1 });
    expect(await balance()).toBe("10");
    const again = (await send(csv, [2, 3])).body;
    expect(again.rows.map((row: { verdict: string }) => row.verdict).slice(0, 3)).toEqual([
      "duplicate",
      "recorded",
      "duplicate",
    ]);
    expect(await balance()).toBe("30");
    const order = await prisma().recharge.findFirstOrThrow({ where: { orderNo: `J-${name}` } });
    expect(order.note).toBe("=1+1");
  });

  it.each([
    ["x,y\n1,2"],
    ["account,amount,currency,order_no\n"],
    ['account,amount,currency,order_no\n"open'],
  ])("that cannot be read as a whole is refused: %j", async (csv) => {
    expect((await send(csv)).body.fields).toHaveProperty("csv");
  });
});
