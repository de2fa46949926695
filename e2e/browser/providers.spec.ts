import { expect } from "@playwright/test";
import { startTestIssuer, testClient } from "#lib/sign-in/testing";
import { OWNER } from "../support/owner.ts";
import { expectAccessible } from "./axe.ts";
import { signIn, test } from "./fixtures.ts";

let issuer: Awaited<ReturnType<typeof startTestIssuer>>;
test.beforeAll(async () => {
  issuer = await startTestIssuer();
});
test.afterAll(() => issuer.stop());

test("an owner sets up single sign-on; who was invited comes in by it, and leaves when deleted", async ({
  page,
  operator,
}) => {
  const email = `${crypto.randomUUID()}@example.com`;
  await signIn(page);
  await page.goto("/settings");
  await page.getByRole("button", { name: "Set up OpenID Connect" }).click();
  const form = page.getByRole("dialog", { name: "OpenID Connect" });
  await form.getByLabel("Issuer").fill(issuer.url);
  await form.getByLabel("Client ID").fill(testClient.clientId);
  await form.getByLabel("Client secret").fill(testClient.clientSecret);
  await form.getByLabel("Name on the button").fill("Acme & co");
  await expectAccessible(page, "the form of a sign-in provider");
  await form.getByRole("button", { name: "Save provider" }).click();
  await expect(form).toBeHidden();

  await page.getByRole("button", { name: "Edit OpenID Connect" }).click();
  await form.getByLabel("Name on the button").fill("Acme");
  const theirs = { issuer: issuer.url, clientId: testClient.clientId, name: "Theirs" };
  await operator.need("POST", "/api/auth/reauthenticate", { password: OWNER.password });
  await operator.need("PUT", "/api/sign-in-providers/oidc", theirs);
  await form.getByRole("button", { name: "Save provider" }).click();
  await expect(form.getByRole("radio", { name: "Mine: Acme" })).toBeChecked();
  await form.getByRole("button", { name: "Save provider" }).click();
  await expect(form).toBeHidden();

  await page.context().clearCookies();
  issuer.become({ sub: "acme-17", email, email_verified: true, name: "Ada" });
  await page.goto("/logs");
  const enter = page.getByRole("button", { name: "Sign in with Acme" });
  await expectAccessible(page, "the sign-in with a provider");
  await enter.click();
  await expect(page.getByText("This sign-in is not known here")).toBeVisible();

  await operator.need("POST", "/api/invitations", { email, role: "support" });
  await page.goto("/logs");
  await enter.click();
  await expect(page.getByRole("heading", { level: 1, name: "Request logs" })).toBeVisible();
  await page.goto("/profile");
  await expect(page.getByRole("region", { name: "Linked sign-ins" })).toContainText(email);
  await expect(page.getByText("You have no password")).toBeVisible();
  const mine = await page.context().cookies();

  await page.context().clearCookies();
  await signIn(page);
  await page.goto(`/people?q=${encodeURIComponent(email)}`);
  await page.getByRole("row", { name: new RegExp(email) }).click();
  await page.getByRole("button", { name: "Delete person" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete Ada?" });
  await dialog.getByLabel(/Type Ada to confirm/).fill("Ada");
  await expectAccessible(page, "deleting a person");
  await dialog.getByRole("button", { name: "Delete person" }).click();
  await expect(page.getByText("Ada is deleted")).toBeVisible();
  await expect(page.getByRole("row", { name: new RegExp(email) })).toHaveCount(0);

  await page.context().clearCookies();
  await page.context().addCookies(mine);
  await page.goto("/logs");
  await enter.click();
  await expect(page.getByText("This sign-in is not known here")).toBeVisible();
});
