import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import pg from "pg";
import type { Operator } from "#bench/operator";
import { OWNER } from "../support/owner.ts";
import type { Tollgate } from "../support/tollgate.ts";
import { expectAccessible } from "./axe.ts";
import { joined, openRow, signIn, test } from "./fixtures.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

test("payments are recorded by form and by file, whose wrong lines are said first; a rate is entered", async ({
  page,
  operator,
}) => {
  const account = await operator.createAccount({ name: `Payer ${unique()}` });
  await signIn(page);
  await page.goto("/recharges");
  const record = page.getByRole("dialog", { name: "Record payment" });
  await page.getByRole("button", { name: "Record payment" }).press("Enter");
  await record.getByRole("combobox", { name: "Account" }).fill(account.name);
  await page.getByRole("option", { name: account.name }).click();
  const orderNo = `B-${unique()}`;
  await record.getByLabel("Order number").fill(orderNo);
  await record.getByLabel("Amount").fill("1e400");
  await record.getByLabel("Amount").press("Enter");
  await expect(record.getByLabel("Amount")).toHaveAttribute("aria-invalid", "true");
  await record.getByLabel("Amount").fill("50");
  await record.getByLabel("Amount").press("Enter");
  await expect(page.getByRole("row", { name: new RegExp(`${orderNo}.*Credited`) })).toBeVisible();

  await page.getByRole("button", { name: "Upload CSV" }).press("Enter");
  const file = page.getByRole("dialog", { name: "Payments from a file" });
  const [good, bad] = [`C-${unique()}`, `D-${unique()}`];
  await file
    .getByLabel("File", { exact: true })
    .fill(`account,amount,currency,order_no\n${account.id},20,USD,${good}\n${account.id},-5,USD,${bad}`);
  await file.getByRole("button", { name: "Check" }).click();
  await expect(file.getByRole("row", { name: new RegExp(`${bad}.*amount: .*Wrong`, "s") })).toBeVisible();
  await expect(file.getByRole("row", { name: new RegExp(`${good}.*Ready`, "s") })).toBeVisible();
  await expectAccessible(page, "payments from a file");
  await file.getByRole("button", { name: "Record 1 row" }).click();
  await expect(file.getByRole("status")).toHaveText("1 payment recorded");
  expect((await operator.account(account.id)).balance).toBe("70");

  await page.goto("/exchange-rates");
  await page.getByRole("button", { name: "Add rate" }).press("Enter");
  const rate = page.getByRole("dialog", { name: "Add rate" });
  await rate.getByLabel("Currency").fill("ISK");
  await rate.getByLabel("USD per 1").fill("1/139");
  await rate.getByLabel("Source").fill("The central bank");
  await rate.getByLabel("Source").press("Enter");
  await expect(page.getByRole("row", { name: /ISK.*1\/139/ })).toBeVisible();
});

test("a way of paying is set up, saved beside a colleague's change, switched off and removed", async ({
  page,
  operator,
}) => {
  const id = `pay-${unique()}`;
  const name = `Transfer ${id}`;
  const path = `/api/payment-methods/${id}`;
  await signIn(page);
  await page.goto("/settings");
  const ways = page.getByRole("region", { name: "Ways of paying" });
  await ways.getByRole("button", { name: "Add another" }).click();
  const made = page.getByRole("dialog", { name: "Add another" });
  await made.getByLabel("Short name").fill(id);
  await made.getByLabel("Name for customers").fill(name);
  await made.getByLabel("Signing secret").fill("too short");
  await made.getByRole("button", { name: "Save" }).click();
  await expect(made.getByText("at least 16 characters", { exact: true })).toBeVisible();
  await expectAccessible(page, "the form of a way of paying");
  await made.getByLabel("Signing secret").fill("a secret of sixteen letters and more");
  await made.getByRole("button", { name: "Save" }).click();
  const way = ways.getByRole("listitem").filter({ hasText: name });
  await expect(way).toContainText("On");

  await ways.getByRole("button", { name: `Edit ${name}` }).click();
  const form = page.getByRole("dialog", { name, exact: true });
  await form.getByLabel("Instructions").fill("Mine");
  await operator.need("POST", "/api/auth/reauthenticate", { password: OWNER.password });
  const theirs = { kind: "webhook", name, currencies: ["USD"], instructions: "Theirs", least: "5" };
  await operator.need("PUT", path, theirs);
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByText("Someone has changed this meanwhile")).toBeVisible();
  await expect(form.getByRole("radio", { name: "Mine: Mine" })).toBeChecked();
  await expect(form.getByRole("radio", { name: "Theirs: 5" })).toBeChecked();
  await form.getByRole("switch", { name: "Offered to customers" }).click({ force: true });
  await form.getByRole("button", { name: "Save" }).click();
  await expect(way).toContainText("Off");
  const saved = await operator.need<object>("GET", path);
  expect(saved).toMatchObject({ instructions: "Mine", least: "5", enabled: false });

  await ways.getByRole("button", { name: `Edit ${name}` }).click();
  await form.getByRole("button", { name: "Remove", exact: true }).click();
  const sure = page.getByRole("dialog", { name: `Remove ${name}?` });
  await sure.getByRole("textbox").fill(name);
  await sure.getByRole("button", { name: "Remove" }).click();
  await expect(way).toBeHidden();
});

test("a payment that is not there is claimed, credited and receipted; a code, a tier and a statement follow", async ({
  page,
  browser,
  gateway,
  operator,
}) => {
  const account = await operator.createAccount({ name: `Claimant ${unique()}` });
  await offerAlipay(operator);
  const customer = await joined(browser, operator, account.id);
  await customer.goto(`${gateway.url}/recharge`);
  const pay = customer.getByRole("region", { name: "Pay in" });
  await pay.getByLabel("Amount").fill("30");
  await pay.getByLabel("Amount").press("Enter");
  await expect(pay.getByRole("status")).toContainText("Put the order number into the note");
  const orderNo = /R\d{6}-\w+/.exec(await pay.getByRole("status").innerText())?.[0] ?? "";

  await late(gateway, orderNo, 5);
  await customer.reload();
  const history = customer.getByRole("table", { name: "Your recharges" });
  const order = history.getByRole("row", { name: new RegExp(orderNo) });
  await expect(order).toContainText("Credit usually appears within 1 to 3 minutes");
  await late(gateway, orderNo, 12);
  await customer.reload();
  await order.getByRole("button", { name: "Not credited?" }).press("Enter");
  const claim = customer.getByRole("dialog", { name: "A payment is not credited" });
  await expect(claim.getByLabel("Order number")).toHaveValue(orderNo);
  await claim
    .locator("input[type=file]")
    .setInputFiles({ name: "paid.png", mimeType: "image/png", buffer: PNG });
  await expect(claim.getByText("paid.png")).toBeVisible();
  await expectAccessible(customer, "a claim");
  await claim.getByRole("button", { name: "Send" }).click();
  await expect(customer.getByRole("table", { name: "Your claims" })).toContainText("We look at it");

  await signIn(page);
  await page.goto("/recharges");
  await page.getByRole("button", { name: `Decide on claim ${orderNo}` }).press("Enter");
  const decide = page.getByRole("dialog", { name: `Claim of ${account.name}` });
  const proof = await page.request.get(
    await hrefOf(decide.getByRole("link", { name: "Open what was sent" })),
  );
  expect([proof.status(), proof.headers()["content-type"]]).toEqual([200, "image/png"]);
  await decide.getByRole("button", { name: "Credit", exact: true }).click();
  await expect(page.getByRole("button", { name: `Decide on claim ${orderNo}` })).toBeHidden();

  const tier = await reachTier(page, operator, account.id, account.name);
  await writeStatement(gateway, account.id);
  const { codes } = await operator.need<{ codes: string[] }>("POST", "/api/code-batches", {
    ...{ amount: "5", currency: "USD", count: 1 },
  });
  await customer.reload();
  await expect(order).toContainText("Credited");
  await expect(customer.getByRole("listitem").filter({ hasText: "Whale" })).toContainText("Reached");
  await tier.end();
  const code = customer.getByRole("region", { name: "Redeem a code" });
  await code.getByLabel("Code").fill(codes[0] ?? "");
  await code.getByLabel("Code").press("Enter");
  await expect(customer.getByText("$5.00 credited")).toBeVisible();
  const receipt = order.getByRole("link", { name: "Receipt" });
  for (const [link, type, start] of [
    [receipt, "application/pdf", "%PDF-"],
    [customer.getByRole("link", { name: "Statement of 2026-10 as PDF" }), "application/pdf", "%PDF-"],
    [customer.getByRole("link", { name: "Statement of 2026-10 as CSV" }), "text/csv", ""],
  ] as const) {
    const got = await customer.request.get(gateway.url + (await hrefOf(link)));
    expect([got.status(), got.headers()["content-type"]]).toEqual([200, expect.stringContaining(type)]);
    expect((await got.body()).toString("latin1").slice(0, start.length)).toBe(start);
  }
  await customer.context().close();
});

/** A tier that only this account reaches: made with its preview, offered, approved; `end` switches it off for the others. */
async function reachTier(page: Page, operator: Operator, accountId: string, name: string) {
  await operator.recharge(accountId, "77777");
  await page.goto("/tiers?create=true");
  const form = page.getByRole("dialog", { name: "New tier" });
  const tier = `Whale ${unique()}`;
  await form.getByLabel("Name", { exact: true }).fill(tier);
  await form.getByLabel("Threshold", { exact: true }).fill("77777");
  await form.getByLabel("Currency").fill("USD");
  await form.getByLabel("Percent").fill("2");
  await form.getByText("After approval").click();
  await form.getByRole("button", { name: "Who qualifies today" }).click();
  await expect(form.getByText("1 account qualifies today")).toBeVisible();
  await expect(form.getByText(name)).toBeVisible();
  await expectAccessible(page, "a new tier");
  await form.getByRole("button", { name: "Create tier" }).click();
  await expect(page.getByRole("button", { name: `Edit ${tier}` })).toBeVisible();
  await operator.recharge(accountId, "1");
  await page.goto("/tiers?state=offered");
  await openRow(page.getByRole("row", { name: new RegExp(name) }));
  const sheet = page.getByRole("dialog", { name: "Offer or grant" });
  await sheet.getByRole("button", { name: "Approve" }).click();
  await expect(sheet.getByText("Held", { exact: true }).first()).toBeVisible();
  const { items } = await operator.need<{ items: { id: string; name: string }[] }>("GET", "/api/tiers");
  const made = items.find((one) => one.name === tier);
  return { end: () => operator.need("PATCH", `/api/tiers/${made?.id}`, { isActive: false }) };
}

async function offerAlipay(operator: Operator): Promise<void> {
  // Its secret asks for a password that was entered lately.
  await operator.need("POST", "/api/auth/reauthenticate", { password: OWNER.password });
  await operator.need("PUT", "/api/payment-methods/alipay", {
    ...{
      kind: "webhook",
      name: "Alipay",
      secret: "a secret of sixteen letters and more",
      currencies: ["USD"],
    },
    instructions: "Put the order number into the note of the transfer.",
  });
}

/** The clock is the server's: the order is made older instead. */
function late(gateway: Tollgate, orderNo: string, minutes: number): Promise<void> {
  const sql = "UPDATE recharge SET created_at = now() - $2 * interval '1 minute' WHERE order_no = $1";
  return write(gateway, sql, [orderNo, minutes]);
}

/** A month that is over: no test waits for one. */
function writeStatement(gateway: Tollgate, accountId: string): Promise<void> {
  return write(
    gateway,
    `INSERT INTO statement (id, account_id, month, time_zone, starts_at, ends_at, opening_nano_usd, late_nano_usd,
       closing_nano_usd, lines)
     VALUES (gen_random_uuid(), $1, '2026-10', 'UTC', '2026-10-01Z', '2026-11-01Z', 0, 0, 5000000000,
       '[{"kind": "recharge", "model": null, "amount": "5000000000", "count": 1}]')`,
    [accountId],
  );
}

async function write(gateway: Tollgate, sql: string, values: unknown[]): Promise<void> {
  const db = new pg.Client(readFileSync(join(gateway.dataDir, "database.url"), "utf8").trim());
  await db.connect();
  try {
    await db.query(sql, values);
  } finally {
    await db.end();
  }
}

async function hrefOf(link: { getAttribute(name: string): Promise<string | null> }): Promise<string> {
  return (await link.getAttribute("href")) ?? "";
}

function unique(): string {
  return crypto.randomUUID().slice(0, 8);
}
