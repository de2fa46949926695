import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createAccountOperation, getAccountOperation } from "#lib/api/operations/accounts";
import {
  beginRechargeOperation as begin,
  putPaymentMethodOperation as putMethod,
} from "#lib/api/operations/payments";
import { startTestApi } from "#lib/api/operations/testing";
import { prisma } from "#lib/db/client";
import { config } from "#lib/runtime/config";
import { sendPayment, testSecret } from "./testing.ts";

/** Takes a message and credits its order, and says so within the transaction, which never ends. */
const TAKER = `
  const { connectDatabase } = await import("./lib/db/client.ts");
  const { openMasterKey } = await import("./lib/secrets/live.ts");
  const { config } = await import("./lib/runtime/config.ts");
  await connectDatabase(config().databaseUrl);
  await openMasterKey();
  const { onMessage, providerActor, lockNamed } = await import("./lib/payments/message-service.ts");
  const { takePayment } = await import("./lib/payments/payment-service.ts");
  const by = providerActor("bank", "Bank");
  const at = new Date();
  await onMessage({ method: "bank", eventId: "e-1", kind: "payment.succeeded", by, at }, async (tx) => {
    const order = await lockNamed(tx, process.env.ORDER);
    const payment = { amount: "30", currency: "USD", paidAt: at, providerRef: null };
    const outcome = await takePayment(tx, order, by, payment, at);
    process.stdout.write(outcome);
    await new Promise((never) => setTimeout(never, 4_000));
    return { outcome, rechargeId: order.id };
  });`;

let api: Awaited<ReturnType<typeof startTestApi>>;
let child: ChildProcess | undefined;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(async () => {
  child?.kill("SIGKILL");
  await api.stop();
});

it("credits once what is sent again after a kill -9 between taking the message and crediting", async () => {
  const method = { kind: "webhook", name: "Bank", currencies: ["USD"], secret: testSecret };
  await api.call(putMethod, { params: { id: "bank" }, body: method });
  const accountId = (await api.call(createAccountOperation, { body: { name: "Payer" } })).body.id;
  const wanted = { accountId, method: "bank", amount: "30", currency: "USD" };
  const { id, orderNo } = (await api.call(begin, { body: wanted })).body;
  const { databaseUrl, dataDir, masterKeyFile } = config();
  const env = {
    NODE_ENV: "test" as const,
    PATH: process.env.PATH,
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    MASTER_KEY_FILE: masterKeyFile,
    LOG_LEVEL: "silent",
    ORDER: id,
  };
  child = spawn(process.execPath, ["--input-type=module", "-e", TAKER], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.stdout === null) throw new Error("the taker has no output");
  const [said] = await once(child.stdout, "data");
  expect(String(said)).toBe("credited");
  child.kill("SIGKILL");
  await once(child, "exit");
  const message = { id: "e-1", type: "payment.succeeded", orderNo, amount: "30", currency: "USD" };
  const answers = [await sendPayment("bank", message), await sendPayment("bank", message)];
  expect(answers.map(({ body }) => body.outcome)).toEqual(["credited", "known"]);
  expect((await api.call(getAccountOperation, { params: { id: accountId } })).body.balance).toBe("30");
  expect(await prisma().paymentEvent.count()).toBe(1);
}, 60_000);
