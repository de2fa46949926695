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
