import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type Page } from "@playwright/test";
import { chat, HELLO } from "../support/chat.ts";
import { type MockUpstream, startMockUpstream } from "../support/mock-upstream.ts";
import { signIn, test } from "./fixtures.ts";

let upstream: MockUpstream;
test.beforeAll(async () => {
  upstream = await startMockUpstream();
});
test.afterAll(() => upstream.stop());

async function fillForm(page: Page, name: string): Promise<void> {
  await page.goto("/channels");
  await page.getByRole("button", { name: "Connect channel" }).first().click();
  const form = page.getByRole("dialog", { name: "Connect a channel" });
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Base URL").fill(upstream.url);
  await form.getByLabel("Credential", { exact: true }).fill("sk-first");
}

test("a provider is connected by its own list of models, with two credentials that are never shown", async ({
  page,
}) => {
  await signIn(page);
  await fillForm(page, "Provider with a list");
  const form = page.getByRole("dialog", { name: "Connect a channel" });
  await form.getByRole("button", { name: "Add a credential" }).click();
  await form.getByLabel("Credential 2", { exact: true }).fill("sk-second");
  await form.getByRole("button", { name: "Choose from the provider's list" }).click();
  const found = form.getByRole("region", { name: "The provider's models" });
  await expect(found.getByRole("checkbox", { name: /^gpt-4o Certain/ })).toBeChecked();
  await expect(found.getByRole("checkbox", { name: /→ gpt-4o-mini Likely/ })).toBeChecked();
  await expect(found.getByRole("checkbox", { name: /^ok Not in the catalogue/ })).not.toBeChecked();
  await found.getByRole("button", { name: "Add 2 models" }).click();
  await expect(form.getByText("gpt-4o-mini=gpt-4o-mini-2024-07-18")).toBeVisible();
  await form.getByRole("button", { name: "Connect channel" }).click();

  const sheet = page.getByRole("dialog", { name: "Provider with a list" });
  await sheet.getByRole("link", { name: "Open page" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Provider with a list");
  await page.getByRole("button", { name: "Test all 2 models" }).click();
  await expect(page.getByText(/^Works, \d+ ms$/)).toHaveCount(2);
  await page.getByRole("tab", { name: "Credentials (2)" }).click();
  await expect(page.getByText("Credential 2")).toBeVisible();
  expect(await page.content()).not.toMatch(/sk-first|sk-second/);
});

test("a channel that fails says which model is out, why, and when it is tried again; its calls say why they went on", async ({
  page,
  gateway,
  operator,
}) => {
  const models = [{ model: "gpt-4.1", upstreamModel: "error-500" }];
  const connect = (name: string, fields: object) =>
    operator.createChannel({ name, baseUrl: upstream.url, credential: "sk", ...fields });
  const failing = await connect("Failing provider", { models, priority: 10 });
  await connect("Standing by", { models: [{ model: "gpt-4.1", upstreamModel: "ok" }] });
  const { key } = await operator.customer();
  const ids: string[] = [];
  for (let call = 0; call < 7; call += 1) {
    const answer = await chat(gateway.url, key.secret, { model: "gpt-4.1", messages: HELLO });
    expect(answer.status).toBe(200);
    await answer.text();
    ids.push(answer.headers.get("x-request-id") ?? "");
  }
  await signIn(page);
  await page.goto(`/channels/${failing.id}`);
  await expect(page.getByText("gpt-4.1: server error")).toBeVisible();
  await expect(page.getByRole("row", { name: /gpt-4\.1/ })).toContainText(/Out · server error/);
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Drain" }).click();
  await expect(page.getByText("Failing provider takes no new calls")).toBeVisible();

  await page.goto(`/logs?row=${ids[0]}`);
  const sheet = page.getByRole("dialog");
  await expect(sheet.getByRole("link", { name: "Failing provider" })).toBeVisible();
  await expect(sheet.getByText("500 · server error")).toBeVisible();
  await page.goto(`/logs?row=${ids[6]}`);
  await expect(sheet.getByText(/Passed over: Failing provider \(server error\)/)).toBeVisible();
});

test("a channel at its upstream's limit says so everywhere, and a call that nobody took says why", async ({
  page,
  gateway,
  operator,
}) => {
  const busy = createServer((request, response) => {
    request.resume();
    response.writeHead(429, { "content-type": "application/json", "retry-after": "55" });
    response.end('{"error":{"message":"slow down"}}');
  });
  await once(busy.listen(0, "127.0.0.1"), "listening");
  const { port } = busy.address() as AddressInfo;
  const at = { baseUrl: `http://127.0.0.1:${port}/v1`, credential: "sk", models: ["gpt-4.1-mini"] };
  const limited = await operator.createChannel({ name: "Busy provider", ...at });
  const { account: other } = await operator.customer();
  await operator.createChannel({ name: "Theirs alone", ...at, accounts: [other.id] });
  const { key } = await operator.customer();
  const ask = async () => {
    const answer = await chat(gateway.url, key.secret, { model: "gpt-4.1-mini", messages: HELLO });
    await answer.text();
    return answer.headers.get("x-request-id") ?? "";
  };
  await ask();
  const refused = await ask();
  await signIn(page);
  await expect(page.getByRole("link", { name: /channels? (is|are) out/ })).toBeVisible();
  await expect(page.getByRole("link", { name: /Busy provider Rate limited/ })).toContainText("next try");
  await page.goto("/channels?health=out");
  await expect(page.getByRole("row", { name: /Busy provider/ })).toContainText("Rate limited");
  await expect(page.getByRole("row", { name: /Theirs alone/ })).toHaveCount(0);
  await page.goto(`/channels/${limited.id}`);
  await expect(page.getByText(/^Credential 1: rate limited$/i)).toBeVisible();
  await expect(page.getByRole("row", { name: /gpt-4\.1-mini/ })).toContainText("Rate limited");

  await page.goto(`/logs?row=${refused}`);
  const attempts = page.getByRole("dialog").getByRole("region", { name: "Attempts" });
  await expect(attempts).toContainText("Why no channel was asked");
  const named = attempts.getByRole("listitem");
  await expect(named.nth(0)).toHaveText(/^Busy provider\s*rate limited.* before its next try$/);
  await expect(named.nth(1)).toHaveText(/^Theirs alone\s*for other accounts$/);
  busy.closeAllConnections();
  busy.close();
});

test("what a channel may be told stands in its form in folds, and comes back on its page", async ({
  page,
  operator,
}) => {
  const { account } = await operator.customer();
  await signIn(page);
  await fillForm(page, "Every option");
  const form = page.getByRole("dialog", { name: "Connect a channel" });
  await form.getByLabel("Models", { exact: true }).fill("gpt-4o,");
  // Leaving the field closes its list of names: a click at the same time may still belong to that.
  await page.keyboard.press("Tab");
  await expect(page.getByRole("listbox")).toHaveCount(0);
  for (const fold of ["Routing", "Who may use it", "Caps and cost", "Time limits"]) {
    await form.getByText(fold, { exact: true }).click();
    await expect(form.locator("details[open]", { hasText: fold })).toHaveCount(1);
  }
  await form.getByLabel("Priority").fill("7");
  await expect(form.getByText("Keep prompt-cache keys together")).toBeVisible();
  await form.getByLabel("Accounts").fill(account.name);
  await page.getByRole("option", { name: account.name }).click();
  await form.getByLabel("Calls at once").fill("40");
  await form.getByLabel("Cost to us").fill("4/5");
  await form.getByLabel("First token of a stream").first().fill("5000");
  await form.getByLabel("Other limits for a kind of model").click();
  await page.getByRole("option", { name: "reasoning" }).click();
  await form
    .getByRole("group", { name: /reasoning/ })
    .getByLabel("First token of a stream")
    .fill("90000");
  await expect(form.getByText("priority 7, weight 1")).toBeVisible();
  await form.getByRole("button", { name: "Connect channel" }).click();
  await page.getByRole("dialog", { name: "Every option" }).getByRole("link", { name: "Open page" }).click();
  await page.getByRole("tab", { name: "Settings" }).click();
  const settings = page.getByRole("tabpanel", { name: "Settings" });
  await expect(settings.getByRole("link", { name: account.name })).toBeVisible();
  await expect(settings).toContainText("× 0.8");
  await expect(settings.getByText("Other limits for reasoning")).toBeVisible();
  await expect(settings).toContainText("1 min 30 s");
});

test("channels are imported from CSV once every line is right, and exported without credentials", async ({
  page,
}) => {
  await signIn(page);
  await page.goto("/channels");
  await page.getByRole("button", { name: "More" }).first().click();
  await page.getByRole("menuitem", { name: "Import" }).click();
  const drawer = page.getByRole("dialog", { name: "Import channels" });
  const head = "name,provider,baseUrl,credential,models";
  const good = `Imported,openai-compatible,${upstream.url},sk-imported,gpt-4o`;
  await drawer.getByLabel("CSV").fill(`${head}\n${good}\nWrong,telepathy,,,gpt-4o`);
  await drawer.getByRole("button", { name: "Check" }).click();
  await expect(drawer.getByText("1 line has a problem")).toBeVisible();
  await expect(drawer.getByText(/^provider: /)).toBeVisible();
  await drawer.getByLabel("CSV").fill(`${head}\n${good}`);
  await drawer.getByRole("button", { name: "Check" }).click();
  await drawer.getByRole("button", { name: "Import 1 channel" }).click();
  await expect(page.getByText("1 channel was imported")).toBeVisible();
  await expect(page.getByRole("row", { name: /Imported/ })).toBeVisible();
  const file = await page.request.get("/api/channels/export?q=Imported");
  expect(await file.text()).toContain("Imported,openai-compatible");
  expect(await file.text()).not.toContain("sk-imported");
});
