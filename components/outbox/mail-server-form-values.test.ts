import { describe, expect, it } from "vitest";
import { formOfServer, serverBodyOf } from "./mail-server-form-values.ts";

const standing = {
  source: "form",
  host: "mail.example.com",
  port: 465,
  security: "tls",
  username: "ada",
  hasPassword: true,
  sender: "no-reply@example.com",
  perMinute: null,
  waiting: 0,
  trouble: null,
} as const;

describe("the mail server's form", () => {
  it("sends what stands unchanged, and leaves the password as it is", () => {
    expect(serverBodyOf(formOfServer(standing))).toEqual({
      host: "mail.example.com",
      port: 465,
      security: "tls",
      username: "ada",
      sender: "no-reply@example.com",
      perMinute: null,
    });
  });

  it("sends a password that was typed, and forgets it when told to or when there is no user", () => {
    const form = formOfServer(standing);
    expect(serverBodyOf({ ...form, password: "new" })).toMatchObject({ password: "new" });
    expect(serverBodyOf({ ...form, forgetPassword: true })).toMatchObject({ password: null });
    expect(serverBodyOf({ ...form, username: " " })).toMatchObject({ username: "", password: null });
  });

  it("begins a new one on 587, and sends no guess for what is no number", () => {
    const form = formOfServer({ ...standing, source: "none", port: null, security: "starttls" });
    expect(form).toMatchObject({ port: "587", security: "starttls" });
    expect(serverBodyOf({ ...form, port: "smtp", perMinute: "60" })).toMatchObject({
      port: "smtp",
      perMinute: 60,
    });
  });
});
