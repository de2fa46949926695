import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createAccountOperation } from "#lib/api/operations/accounts";
import { updateBalanceCareOperation } from "#lib/api/operations/balance";
import { listOutbox, resendMailOperation } from "#lib/api/operations/outbox";
import { createRechargeOperation } from "#lib/api/operations/recharges";
import { startTestApi } from "#lib/api/operations/testing";
import { prisma } from "#lib/db/client";
import type { MailAnswer } from "#lib/mail/schema";
import { type MailSender, startMailSender } from "#lib/mail/sender/live";
import { startTestSmtp } from "#lib/mail/smtp/testing";
import { config, setConfig } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { attachDocument, makeStatements } from "./service.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let smtp: Awaited<ReturnType<typeof startTestSmtp>>;
let sender: MailSender | undefined;

beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  smtp = await startTestSmtp();
  setConfig({ ...config(), smtpUrl: `smtp://127.0.0.1:${smtp.port}` });
});
afterEach(() => sender?.stop());
afterAll(async () => {
  setConfig({ ...config(), smtpUrl: undefined });
  await smtp.stop();
  await api.stop();
});

it("sends receipt and statement as PDFs, each time the mail is sent, and the outbox says so", async () => {
  const email = `${crypto.randomUUID()}@example.com`;
  const body = { name: "北京公司", email };
  const { id: accountId } = (await api.call(createAccountOperation, { body })).body;
  await api.call(updateBalanceCareOperation, { params: { id: accountId }, body: { mailsStatements: true } });
  const orderNo = newId();
  const payment = { accountId, amount: "20", currency: "USD", method: "manual", orderNo };
  await api.call(createRechargeOperation, { body: payment });
  const today = new Date();
  await makeStatements(new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 2)));
  const { items } = (await api.call(listOutbox, { query: { to: email } })).body;
  const of = (kind: string) => items.filter((mail: MailAnswer) => mail.attachment === kind);
  expect([of("receipt").length, of("statement").length]).toEqual([1, 1]);

  sender = startSender();
  const [receipt] = await arrived(email, /20 USD received/, 1);
  expect(receipt).toMatchObject({ name: `receipt-${orderNo}.pdf`, type: "application/pdf" });
  expectPdf(receipt);
  const [statement] = await arrived(email, /statement of/i, 1);
  expect(statement?.name).toMatch(/^statement-\d{4}-\d{2}\.pdf$/);
  expectPdf(statement);

  // Another process sends it again: nothing of the document was kept but its name.
  await until(
    async () => (await prisma().mail.count({ where: { to: email, state: { not: "sent" } } })) === 0,
  );
  await sender.stop();
  const [kept] = of("receipt");
  await api.call(resendMailOperation, { params: { id: kept?.id ?? "" } });
  sender = startSender();
  const again = await arrived(email, /20 USD received/, 2);
  expectPdf(again[1]);
  expect(again[1]?.name).toBe(receipt?.name);
});

function startSender(): MailSender {
  return startMailSender({ by: newId(), isOwnName: true, tickMs: 20, attach: attachDocument });
}

type Attached = { name: string; type: string; content: Buffer };

/** What came with the mails of a subject, once so many are there. */
async function arrived(to: string, subject: RegExp, count: number): Promise<Attached[]> {
  const matching = () =>
    smtp.received.filter(
      (mail) => mail.to.includes(to) && subject.test(/^Subject: (.*)$/m.exec(mail.raw)?.[1] ?? ""),
    );
  await until(async () => matching().length >= count);
  return matching().map(({ raw }) => attachedOf(raw));
}

function attachedOf(raw: string): Attached {
  const [, boundary = ""] = /^Content-Type: multipart\/mixed;\s*boundary="([^"]+)"/m.exec(raw) ?? [];
  const part = raw.split(`--${boundary}`).find((one) => /^Content-Disposition: attachment/m.test(one)) ?? "";
  const [head = "", text = ""] = part.split("\r\n\r\n");
  return {
    name: /filename=(\S+)/.exec(head)?.[1]?.replaceAll('"', "") ?? "",
    type: /^Content-Type: ([\w/]+)/m.exec(head)?.[1] ?? "",
    content: Buffer.from(text, "base64"),
  };
}

function expectPdf(attached: Attached | undefined): void {
  const text = attached?.content.toString("latin1") ?? "";
  expect([text.slice(0, 5), text.trimEnd().slice(-5)]).toEqual(["%PDF-", "%%EOF"]);
  expect(text.length).toBeGreaterThan(5_000);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error("it did not come to pass in time");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
