import { expect } from "@playwright/test";
import { chat, HELLO } from "../support/chat.ts";
import { signIn, test } from "./fixtures.ts";

test("an account that owes is shown with its debt, and the overview says that one does", async ({
  page,
  gateway,
  operator,
}) => {
  const { key, account } = await operator.customer("0.001");
  const dear = { "x-sim-prompt-tokens": "5", "x-sim-completion-tokens": "60000" };
  const call = (headers: Record<string, string>) =>
    chat(gateway.url, key.secret, { model: "sim-chat", messages: HELLO }, headers);
  expect((await call(dear)).status).toBe(200);
  // 5 × $0.15 and 60,000 × $0.60 per million.
  await expect.poll(async () => (await operator.account(account.id)).balance).toBe("-0.03500075");
  expect((await call({})).status).toBe(402);

  await signIn(page);
  await expect(page.getByRole("link", { name: /account is in debt/ })).toBeVisible();
  await page.goto(`/accounts/${account.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(account.name);
  await expect(page.getByText("In debt")).toBeVisible();
  await expect(page.getByText("-$0.03500075").first()).toBeVisible();
});
