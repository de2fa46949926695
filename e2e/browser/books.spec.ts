import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import pg from "pg";
import { chat, HELLO } from "../support/chat.ts";
import type { Tollgate } from "../support/tollgate.ts";
import { expectAccessible, settled } from "./axe.ts";
import { signIn, test } from "./fixtures.ts";

/** The database itself: what these pages are for cannot be brought about through the product. */
async function withDatabase<T>(gateway: Tollgate, work: (db: pg.Client) => Promise<T>): Promise<T> {
  const db = new pg.Client(readFileSync(join(gateway.dataDir, "database.url"), "utf8").trim());
  await db.connect();
  try {
    return await work(db);
  } finally {
    await db.end();
  }
}

test("the ledger shows both sides of a bill, and a difference in the books is found, shown and gone", async ({
  page,
  gateway,
  operator,
}) => {
  const { account, key } = await operator.customer("20");
  await (await chat(gateway.url, key.secret, { model: "sim-chat", messages: HELLO })).text();
  await signIn(page);
  await page.goto(`/ledger?accountId=${account.id}`);
  await expect(page.getByRole("row", { name: /Usage.*1 request/ })).toBeVisible();
  await page.getByRole("row", { name: /Usage.*1 request/ }).click();
  const sheet = page.getByRole("dialog", { name: /^Transaction/ });
  await expect(sheet.getByRole("row", { name: /Sum.*\$0\.00/ })).toBeVisible();
  await settled(page);
  await expectAccessible(page, "transaction");
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Verify ledger" }).click();
  await expect(page.getByText("The books agree")).toBeVisible();
  const move = (by: string) =>
    withDatabase(gateway, (db) =>
      db.query("UPDATE hot.account_funds SET balance = balance + $2::bigint WHERE account_id = $1", [
        account.id,
        by,
      ]),
    );
  await move("1000000000");
  await page.getByRole("button", { name: "Verify ledger" }).click();
  const proof = page.getByRole("dialog", { name: "Proof" });
  await expect(proof.getByText("A balance is not the sum of its entries")).toBeVisible();
  await expect(proof.getByRole("link", { name: account.name })).toBeVisible();
  await settled(page);
  await expectAccessible(page, "proof");

  await page.goto("/");
  await page.getByRole("link", { name: /The books differ/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ledger");
  await move("-1000000000");
  await page.getByRole("button", { name: "Verify ledger" }).click();
  await expect(page.getByText("The books agree")).toBeVisible();
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  await expect(page.getByRole("link", { name: /The books differ/ })).toHaveCount(0);
});

test("a refused bill is seen from the overview and written at a press", async ({
  page,
  gateway,
  operator,
}) => {
  const { account } = await operator.customer("20");
  const now = Date.now();
  const row = {
    ...{ requestId: randomUUID(), createdAtMs: now, accountId: account.id, model: "sim-chat", status: 200 },
    ...{ costNanoUsd: "1250000000", holdNanoUsd: "0" },
  };
  const dead = { held: false, periodStartMs: null, format: 1, row };
  await withDatabase(gateway, (db) =>
    db.query(
      "INSERT INTO hot.spool_dead (id, node_id, seq, row, error_class) VALUES ($1, $1, 7, $2, '22021')",
      [randomUUID(), JSON.stringify(dead)],
    ),
  );
  await signIn(page);
  await expect(async () => {
    await page.goto("/");
    await page.getByRole("link", { name: /1 bill was refused/ }).click({ timeout: 1_500 });
  }).toPass({ timeout: 20_000 });
  await page.getByRole("row", { name: new RegExp(account.name) }).click();
  const sheet = page.getByRole("dialog", { name: /^Dead letter/ });
  await expect(sheet.getByText(`Writing it charges ${account.name} $1.25`)).toBeVisible();
  await settled(page);
  await expectAccessible(page, "dead letter");
  await sheet.getByRole("button", { name: "Write it now" }).click();
  await expect(sheet.getByText("Written and charged.")).toBeVisible();
  expect((await operator.account(account.id)).balance).toBe("18.75");
});

test("a node that is gone is abandoned by typing its id, and its money is available again", async ({
  page,
  gateway,
  operator,
}) => {
  const { account } = await operator.customer("20");
  const node = randomUUID();
  await withDatabase(gateway, async (db) => {
    await db.query("UPDATE hot.account_funds SET leased = 3500000000 WHERE account_id = $1", [account.id]);
    await db.query("INSERT INTO hot.lease (node_id, account_id, amount) VALUES ($1, $2, 3500000000)", [
      node,
      account.id,
    ]);
    await db.query("INSERT INTO hot.lease_node (node_id, seen_at) VALUES ($1, now() - interval '1 hour')", [
      node,
    ]);
  });
  await signIn(page);
  await page.goto("/nodes");
  await expect(page.getByRole("row", { name: /Live.*running/ })).toBeVisible();
  await page.goto(`/nodes?row=${node}`);
  const sheet = page.getByRole("dialog", { name: `Node ${node}` });
  await expect(sheet.getByRole("link", { name: account.name })).toBeVisible();
  await settled(page);
  await expectAccessible(page, "node");
  await sheet.getByRole("button", { name: "Abandon node" }).click();
  const confirm = page.getByRole("dialog", { name: "Abandon this node?" });
  await expect(confirm.getByText(/\$3\.50 of 1 account is set aside/)).toBeVisible();
  await expect(confirm.getByRole("button", { name: "Abandon node" })).toBeDisabled();
  await settled(page);
  await expectAccessible(page, "abandon");
  await confirm.getByLabel(/to confirm/).fill(node);
  await confirm.getByRole("button", { name: "Abandon node" }).click();
  await expect(page.getByText("$3.50 is available again")).toBeVisible();
  await expect(sheet.getByText("Nothing is set aside for it.")).toBeVisible();
  expect((await operator.account(account.id)).available).toBe("20");
});
