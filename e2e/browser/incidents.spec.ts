import { expect, type Page } from "@playwright/test";
import type { Key } from "#lib/keys/schema";
import { chat, HELLO } from "../support/chat.ts";
import { addIncident } from "../support/incident.ts";
import { OWNER } from "../support/owner.ts";
import { expectAccessible } from "./axe.ts";
import { joined, signIn, test } from "./fixtures.ts";

test("every button of an incident does what it says, can be taken back where it says so, and its customer sees it", async ({
  page,
  browser,
  gateway,
  operator,
  database,
}) => {
  const { account, key } = await operator.customer("20", { name: "in doubt" });
  const { id } = await addIncident(database, { keyId: key.id, accountId: account.id });
  const call = async (secret = key.secret) => {
    const answer = await chat(gateway.url, secret, { model: "sim-chat", messages: HELLO });
    const { error } = (await answer.json()) as { error?: { code: string } };
    return error?.code ?? answer.status;
  };
  const keyNow = () => operator.need<Key>("GET", `/api/keys/${key.id}`);
  const customer = await joined(browser, operator, account.id);
  await expect(customer.getByText("The key “in doubt” may be in other hands.")).toBeVisible();

  await signIn(page);
  await page.goto(`/incidents/${id}`);
  const at = incidentOn(page);
  await expect(at.state).toHaveText("Open");

  await test.step("suspends the key, and takes that back", async () => {
    const dialog = await at.press("Suspend key");
    await expectAccessible(page, "an action of an incident");
    await dialog.getByLabel("Reason").fill("Called at night");
    await at.confirm("Suspend key");
    await expect(at.story.first()).toContainText(`Key suspended by ${OWNER.email}`);
    await expect(at.story.first()).toContainText("Called at night");
    await expect(at.state).toHaveText("Acted on");
    expect(await call()).toBe("key_disabled");
    await expect(page.getByRole("button", { name: "Suspend key" })).toBeHidden();
    await at.undo();
    await expect(at.state).toHaveText("Open");
    expect(await call()).toBe(200);
  });

  await test.step("blocks networks, once they are some", async () => {
    const dialog = await at.press("Block the networks");
    await expect(dialog.getByLabel("Networks")).toHaveValue("203.0.113.0/24\n2001:db8::/48");
    await dialog.getByLabel("Networks").fill("the neighbours");
    await dialog.getByRole("button", { name: "Block the networks" }).click();
    await expect(dialog.getByRole("alert")).toContainText(
      "an address or a network such as 203.0.113.0/24 is expected",
    );
    expect(await call()).toBe(200);
    await dialog.getByLabel("Networks").fill("127.0.0.1, 203.0.113.9");
    await at.confirm("Block the networks");
    await expect(at.address("203.0.113.9")).toContainText("Blocked");
    await expect(at.address("203.0.113.10")).toContainText("Unfamiliar");
    expect(await call()).toBe("ip_not_allowed");
    await at.undo();
    await expect(at.address("203.0.113.9")).toContainText("Unfamiliar");
    expect(await call()).toBe(200);
  });

  await test.step("limits the key to networks, and caps its spend", async () => {
    const limit = await at.press("Limit to familiar networks");
    await limit.getByLabel("Networks").fill("198.51.100.0/24");
    await at.confirm("Limit to familiar networks");
    await expect(at.story.first()).toContainText("198.51.100.0/24");
    expect(await call()).toBe("ip_not_allowed");
    await at.undo();
    expect(await call()).toBe(200);
    const cap = await at.press("Cap its spend");
    await cap.getByLabel("Times a usual day").fill("3");
    await at.confirm("Cap its spend");
    await expect(at.story.first()).toContainText("Spend capped");
    // Without usual days: the least that a cap may be.
    expect(await keyNow()).toMatchObject({ budget: { amount: "1", period: "day" } });
    await at.undo();
    expect(await keyNow()).toMatchObject({ budget: null });
  });

  await test.step("makes a new secret, shown once, beside which the old one works on", async () => {
    const dialog = await at.press("Rotate key");
    await dialog.getByRole("combobox", { name: "Old secret" }).click();
    await page.getByRole("option", { name: "Works one hour more" }).click();
    await dialog.getByRole("button", { name: "Rotate key" }).click();
    const shown = page.getByRole("dialog", { name: "The new secret" });
    const secret = /sk-tg-[0-9A-Za-z]{38}/.exec(await shown.innerText())?.[0] ?? "";
    await shown.getByRole("button", { name: "I have copied it" }).click();
    await expect(at.story.first()).toContainText("old secret works 60 minutes more");
    await expect(page.getByText(secret)).toHaveCount(0);
    expect([await call(secret), await call()]).toEqual([200, 200]);
  });

  await test.step("closes it in three ways and opens it again", async () => {
    await at.press("It was us: trust the networks");
    await at.confirm("It was us: trust the networks");
    await expect(at.state).toHaveText("Resolved");
    await expect(at.address("203.0.113.9")).toContainText("Trusted");
    await expect(page.getByRole("button", { name: "Rotate key" })).toBeHidden();
    await at.undo();
    await expect(at.state).toHaveText("Acted on");
    await at.press("Resolve");
    await at.confirm("Resolve");
    await expect(at.state).toHaveText("Resolved");
    await page.getByRole("button", { name: "Open again" }).click();
    await expect(at.state).toHaveText("Open");
    const dismiss = await at.press("Dismiss");
    await dismiss.getByLabel("Reason").fill("A colleague on a journey");
    await at.confirm("Dismiss");
    await expect(at.state).toHaveText("Dismissed");
  });

  await test.step("refunds: more than the loss with a reason alone", async () => {
    const before = Number((await operator.account(account.id)).balance);
    const dialog = await at.press("Refund as goodwill");
    await expect(dialog.getByLabel("Amount, USD")).toHaveValue("22.633744651");
    await dialog.getByLabel("Amount, USD").fill("30");
    await dialog.getByRole("button", { name: "Refund as goodwill" }).click();
    await expect(dialog.getByRole("alert")).toContainText("more than what is left of the estimated loss");
    expect(Number((await operator.account(account.id)).balance)).toBe(before);
    await dialog.getByLabel("Reason").fill("And an apology");
    await at.confirm("Refund as goodwill");
    await expect(at.story.first()).toContainText("$30");
    expect(Number((await operator.account(account.id)).balance)).toBeCloseTo(before + 30, 9);
  });

  await test.step("gives the key a policy of its own", async () => {
    await page.getByRole("button", { name: "Policy of this key" }).click();
    const policy = page.getByRole("dialog", { name: "When a key looks stolen" });
    await policy.getByRole("radio", { name: "Cap the spend" }).click();
    await policy.getByLabel("From a score of").fill("70");
    await policy.getByRole("button", { name: "Save policy" }).click();
    await expect(policy).toBeHidden();
    const about = `/api/incidents/policies?accountId=${account.id}&keyId=${key.id}`;
    expect(await operator.need("GET", about)).toMatchObject({ key: { mode: "cap", atScore: 70 } });
  });

  await test.step("is told to its customer without names, and without what is not theirs to do", async () => {
    await customer.goto(`${gateway.url}/incidents/${id}`);
    const seen = incidentOn(customer);
    await expect(seen.state).toHaveText("Dismissed");
    await expect(seen.story.first()).toContainText("Refunded by support");
    await expect(seen.story.filter({ hasText: "Key suspended by support" })).toHaveCount(1);
    await expect(customer.getByText(OWNER.email)).toHaveCount(0);
    await expect(customer.getByRole("button", { name: "Open again" })).toBeVisible();
    await expect(customer.getByRole("button", { name: "Refund as goodwill" })).toHaveCount(0);
    await customer.goto(gateway.url);
    await expect(customer.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
    await expect(customer.getByText("may be in other hands")).toHaveCount(0);
    await customer.context().close();
  });
});

test("incidents chosen in the list are done together; a pasted text tells whose key it is; a mail's link acts once", async ({
  page,
  browser,
  gateway,
  operator,
  database,
}) => {
  const about = `of ${crypto.randomUUID().slice(0, 8)}`;
  const [kept, gone, mailed] = await Promise.all(
    ["kept", "gone", "mailed"].map(async (name) => {
      const { account, key } = await operator.customer("1", { name: `${name} ${about}` });
      return { key, ...(await addIncident(database, { keyId: key.id, accountId: account.id })) };
    }),
  );
  if (kept === undefined || gone === undefined || mailed === undefined) throw new Error("there are three");
  await operator.need("DELETE", `/api/keys/${gone.key.id}`);
  await signIn(page);
  await page.goto(`/incidents?q=${encodeURIComponent(about)}`);
  const rowOf = (name: string) => page.getByRole("row", { name: new RegExp(`${name} ${about}`) });

  await rowOf("kept").getByRole("checkbox").click();
  await rowOf("gone").getByRole("checkbox").click();
  await page.getByRole("button", { name: "Suspend keys" }).click();
  await expect(page.getByText("1 incident done, 1 could not be")).toBeVisible();
  await expect(rowOf("kept")).toContainText("Acted on");
  // What could not be done stays chosen.
  await expect(rowOf("gone").getByRole("checkbox")).toBeChecked();
  await page.getByRole("button", { name: "Dismiss" }).click();
  await expect(rowOf("gone")).toContainText("Dismissed");

  await page.getByRole("button", { name: "Is this key ours?" }).click();
  const check = page.getByRole("dialog", { name: "Is this key ours?" });
  const text = check.getByLabel("Text that may hold a key");
  await text.fill(`export KEY=${mailed.key.secret}`);
  await check.getByRole("button", { name: "Check" }).click();
  await expect(check.getByRole("listitem")).toContainText(/Works.*mailed/);
  await text.fill("export KEY=sk-somebody-elses");
  await check.getByRole("button", { name: "Check" }).click();
  await expect(check.getByText("No key of ours stands in it")).toBeVisible();

  const reader = await (await browser.newContext()).newPage();
  await reader.goto(gateway.url + mailed.link);
  await reader.getByRole("button", { name: "Suspend key" }).click();
  await expect(reader.getByRole("status")).toContainText(`The key “mailed ${about}” is suspended`);
  await reader.goto(gateway.url + mailed.link);
  await expect(reader.getByRole("status")).toContainText("This link was used or has expired");
  await reader.context().close();
  await page.goto(`/incidents/${mailed.id}`);
  const at = incidentOn(page);
  await expect(at.state).toHaveText("Acted on");
  await expect(at.story.first()).toContainText(`by the link in the mail to ${OWNER.email}`);
});

/** What stands on an incident's page, and how its buttons are pressed. */
function incidentOn(page: Page) {
  const dialog = (name: string) => page.getByRole("dialog", { name, exact: true });
  const story = page.getByRole("region", { name: "What happened" }).getByRole("listitem");
  return {
    state: page.locator("h1 + *"),
    story,
    address: (ip: string) => page.getByRole("row").filter({ has: page.getByText(ip, { exact: true }) }),
    async press(name: string) {
      await page.getByRole("button", { name, exact: true }).click();
      await expect(dialog(name)).toBeVisible();
      return dialog(name);
    },
    async confirm(name: string) {
      await dialog(name).getByRole("button", { name, exact: true }).click();
      await expect(dialog(name)).toBeHidden();
    },
    /** Takes back what was done last. */
    async undo() {
      await story.first().getByRole("button", { name: "Undo" }).click();
      await expect(story.first()).toContainText("Taken back");
    },
  };
}
