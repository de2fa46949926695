import { type Browser, expect, type Page } from "@playwright/test";
import type { Operator } from "#bench/operator";
import { chat, HELLO } from "../support/chat.ts";
import { mailedLink } from "../support/people.ts";
import { expectAccessible, settled } from "./axe.ts";
import { signIn, test } from "./fixtures.ts";

type Version = { id: string };
type Mail = { to: string; subject: string; text: string };

/** Somebody of a new account's, in a browser of their own, signed in. */
async function joined(
  browser: Browser,
  baseURL: string,
  operator: Operator,
  accountId: string,
): Promise<Page> {
  const email = `${crypto.randomUUID()}@example.com`;
  await operator.need("POST", "/api/invitations", { email, accountId, memberRole: "admin" });
  const context = await browser.newContext({ baseURL, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(await mailedLink(operator, email));
  await page.getByLabel("Name", { exact: true }).fill("Carla");
  await page.getByLabel("New password").fill("a password of one's own");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Lines", exact: true }).waitFor();
  return page;
}

test("a line's multiplier goes through a version: its words are edited, and pages, feeds, banner and a subscriber tell it", async ({
  page,
  browser,
  gateway,
  operator,
}) => {
  const name = `Studio ${crypto.randomUUID().slice(0, 6)}`;
  const group = await operator.need<{ id: string }>("POST", "/api/groups", { name });
  const account = await operator.createAccount({ name: "Banner & Sons" });
  const customer = await joined(browser, gateway.url, operator, account.id);
  const visitor = await (
    await browser.newContext({ baseURL: gateway.url, reducedMotion: "reduce" })
  ).newPage();
  const email = `${crypto.randomUUID()}@example.com`;
  const title = `Quieter evenings on ${name}`;

  await test.step("a visitor subscribes to one vendor, by the link of a mail", async () => {
    await visitor.goto("/subscribe");
    await visitor.getByRole("radio", { name: "Only some vendors or models" }).check();
    await visitor.getByLabel("Email").fill(email);
    await visitor.getByPlaceholder("Choose vendors").fill("anthropic");
    await visitor.getByRole("option", { name: "anthropic", exact: true }).click();
    await visitor.getByRole("button", { name: "Subscribe" }).click();
    await expect(visitor.getByText("a link is on its way")).toBeVisible();
    await visitor.goto(await mailedLink(operator, email));
    await visitor.getByRole("button", { name: "Confirm" }).click();
    await expect(visitor.getByText("You are subscribed.")).toBeVisible();
  });

  await test.step("the operator drafts the multiplier, writes the words and publishes", async () => {
    await signIn(page);
    await page.goto(`/groups/${group.id}`);
    await page.getByRole("button", { name: "Change multiplier" }).click();
    const form = page.getByRole("dialog", { name: `Multiplier of ${name}` });
    await form.getByLabel("Multiplier").fill("0.9");
    await form.getByRole("button", { name: "Draft and preview first" }).click();
    await page.waitForURL(/\/models\/versions\/[0-9a-f-]+$/);
    const id = new URL(page.url()).pathname.split("/").at(-1);
    await operator.need<Version>("PATCH", `/api/prices/versions/${id}`, {
      entries: [
        { group: group.id, multiplier: "0.9" },
        // No other test calls these two or looks at their prices, which stay as they are made here.
        { model: "claude-3-5-haiku-latest", modelMultiplier: "0.38", reason: "A season" },
        { model: "gpt-3.5-turbo-0613", modelMultiplier: "0.07", reason: "A season" },
      ],
    });
    await page.reload();
    await page.getByRole("button", { name: "Edit words" }).click();
    const words = page.getByRole("dialog", { name: "Edit words" });
    await words.getByLabel("Title", { exact: true }).fill(title);
    await words.getByLabel("Text", { exact: true }).fill("From nine in the evening.");
    await words.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("heading", { name: title })).toBeVisible();
    await page.getByRole("button", { name: "Publish" }).click();
    await page
      .getByRole("dialog", { name: "Publish prices" })
      .getByRole("button", { name: "Publish" })
      .click();
    await expect(page.getByRole("link", { name: "Open the announcement" })).toBeVisible();
  });

  await test.step("everybody can read it, programs too, and the customer's banner names it", async () => {
    await visitor.goto("/announcements");
    await expect(visitor.getByRole("link", { name: title })).toBeVisible();
    for (const feed of ["rss.xml", "atom.xml", "feed.json"]) {
      expect(await (await fetch(`${gateway.url}/announcements/${feed}`)).text()).toContain(title);
    }
    await customer.reload();
    await expect(customer.getByRole("region", { name: "Announcements" })).toContainText(title);
  });

  await test.step("the subscriber reads only of what they follow, and one click ends it", async () => {
    const find = async () =>
      (await operator.all<Mail>("/api/outbox")).find(
        (one) => one.to === email && one.subject.includes(title),
      );
    await expect.poll(async () => (await find())?.subject).toContain(title);
    const text = (await find())?.text ?? "";
    expect(text).toContain("claude-3-5-haiku-latest");
    expect(text).toContain(name);
    expect(text).not.toContain("gpt-3.5-turbo-0613");
    const token = new URL(await mailedLink(operator, email)).searchParams.get("token");
    const ended = await fetch(`${gateway.url}/api/subscriptions/unsubscribe?token=${token}`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "List-Unsubscribe=One-Click",
    });
    expect(ended.ok).toBe(true);
    const { items } = await operator.need<{ items: { state: string }[] }>(
      "GET",
      `/api/subscribers?q=${email}`,
    );
    expect(items.map(({ state }) => state)).toEqual(["unsubscribed"]);
  });
  await Promise.all([customer.context().close(), visitor.context().close()]);
});

test("a refused call says how to ask; the customer asks, an operator activates it until a time, and the call works", async ({
  page,
  browser,
  gateway,
  operator,
}) => {
  const name = `Course ${crypto.randomUUID().slice(0, 6)}`;
  const account = await operator.createAccount({ name, group: "training" });
  await operator.recharge(account.id, "5");
  const { secret } = await operator.createKey(account.id);
  const call = () => chat(gateway.url, secret, { model: "sim-chat", messages: HELLO });
  const customer = await joined(browser, gateway.url, operator, account.id);

  await test.step("the refusal says how, and the customer asks", async () => {
    const refused = await call();
    expect(refused.status).toBe(403);
    const { error } = (await refused.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe("model_not_allowed");
    expect(error.message).toContain("Ask for it in the console under Lines");
    await customer.getByRole("link", { name: "Lines", exact: true }).click();
    await customer.getByRole("button", { name: "Ask for a model" }).click();
    const form = customer.getByRole("dialog", { name: "Ask for Training" });
    await form.getByLabel("Model").fill("sim-chat");
    await form.getByLabel("What for").fill("A course in December");
    await form.getByRole("button", { name: "Send request" }).click();
    await expect(customer.getByRole("table", { name: "Requests" })).toContainText("Waiting");
  });

  await test.step("the operator activates it, with an end", async () => {
    await signIn(page);
    await page.goto("/limit-requests");
    await page.getByRole("row", { name: new RegExp(name) }).click();
    const sheet = page.getByRole("dialog", { name: "Request", exact: true });
    await expect(sheet.getByText("A course in December").first()).toBeVisible();
    await sheet.getByRole("button", { name: "Activate" }).click();
    await expect(sheet.getByText("Say until when, or choose for good")).toBeVisible();
    await sheet.getByRole("textbox", { name: "Until" }).fill(`${new Date().getFullYear() + 1}-06-30T12:00`);
    await settled(page);
    await expectAccessible(page, "a request for a line");
    await sheet.getByRole("button", { name: "Activate" }).click();
    await expect(sheet.getByRole("button", { name: "Activate" })).toHaveCount(0);
  });

  await test.step("the call works, the customer sees the end, and a model gets another in the group's form", async () => {
    await expect.poll(async () => (await call()).status).toBe(200);
    await customer.reload();
    await expect(customer.getByRole("table", { name: "Lines" })).toContainText(/Activated\s*sim-chat/);
    await page.goto("/groups/training");
    await page
      .getByRole("table", { name: "Activated for" })
      .getByRole("row", { name: new RegExp(name) })
      .getByRole("button", { name: "Edit" })
      .click();
    const form = page.getByRole("dialog", { name: "Activate on Training" });
    await form.getByLabel("End of sim-chat").fill("2026-01-01T00:00");
    await settled(page);
    await expectAccessible(page, "the form that activates models");
    await form.getByRole("button", { name: "Save" }).click();
    await expect(form).toBeHidden();
    const late = (await (await call()).json()) as { error: { message: string } };
    expect(late.error.message).toContain("ended at");
  });
  await customer.context().close();
});
