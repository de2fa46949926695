import { describe, expect, it } from "vitest";
import { mailPauseMs } from "./back-off.ts";
import { outcomeOf } from "./outcome.ts";
import { defaultSender, isLoopback, serverFromUrl } from "./server-address.ts";

const answered = (responseCode: number, command: string, response = `${responseCode} words`) => ({
  message: "failed",
  response,
  responseCode,
  command,
});

describe("what a failed try means", () => {
  it.each([
    ["a full mailbox", answered(452, "RCPT TO", "452 4.2.2 mailbox full"), "retry"],
    ["greylisting", answered(450, "RCPT TO", "450 4.2.0 greylisted"), "retry"],
    ["an unknown mailbox", answered(550, "RCPT TO"), "failed"],
    ["content that is refused", answered(554, "DATA"), "failed"],
    ["content that is refused for now", answered(451, "DATA"), "retry"],
    ["a server that closes", answered(421, "CONN"), "slow"],
    ["too many mails", answered(450, "MAIL FROM", "450 4.7.1 rate exceeded"), "slow"],
    ["a wrong password", { ...answered(535, "AUTH PLAIN"), code: "EAUTH" }, "server"],
    ["a sign-in that is missing", answered(530, "MAIL FROM"), "server"],
    ["a greeting of 554", { ...answered(554, "CONN"), code: "EPROTOCOL" }, "server"],
    ["no connection", { message: "connect ECONNREFUSED", code: "ESOCKET", command: "CONN" }, "server"],
    [
      "a certificate that nobody knows",
      { message: "self-signed", code: "ETLS", command: "STARTTLS" },
      "server",
    ],
    ["an address that cannot be", { message: "No recipients", code: "EENVELOPE", command: "API" }, "failed"],
  ] as const)("%s: %o is %s", (_, failure, kind) => {
    expect(outcomeOf(failure, false).kind).toBe(kind);
  });

  it("is in doubt only without an answer, after the content", () => {
    const lost = { message: "Connection closed unexpectedly", code: "ECONNECTION", command: "CONN" };
    expect(outcomeOf(lost, true).kind).toBe("in_doubt");
    expect(outcomeOf(answered(451, "DATA"), true).kind).toBe("retry");
    expect(outcomeOf(answered(554, "DATA"), true).kind).toBe("failed");
  });

  it("keeps the server's words, on one line and not too long", () => {
    const { reason } = outcomeOf(answered(550, "RCPT TO", `550-no\r\n550 ${"x".repeat(600)}`), false);
    expect(reason).toMatch(/^550-no 550 x+$/);
    expect(reason).toHaveLength(500);
  });
});

describe("the pause before a mail is tried again", () => {
  it("doubles from half a minute to an hour", () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((tries) => mailPauseMs(tries, 0.5) / 1_000);
    expect(pauses).toEqual([30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
  });

  it("varies by a fifth", () => {
    expect([mailPauseMs(1, 0), mailPauseMs(1, 1)]).toEqual([24_000, 36_000]);
  });
});

describe("SMTP_URL", () => {
  const site = { name: "Acme", publicUrl: "https://gateway.example.com" };

  it("means TLS where the server offers it, on 587", () => {
    expect(serverFromUrl("smtp://mail.example.com", site)).toEqual({
      host: "mail.example.com",
      port: 587,
      security: "opportunistic",
      username: "",
      password: "",
      sender: '"Acme" <no-reply@gateway.example.com>',
      perMinute: null,
    });
  });

  it("means TLS from the first byte with smtps, on 465", () => {
    expect(serverFromUrl("smtps://ada%40b.example:p%40ss@[::1]", site)).toMatchObject({
      host: "::1",
      port: 465,
      security: "tls",
      username: "ada@b.example",
      password: "p@ss",
      sender: '"Acme" <ada@b.example>',
    });
  });

  it("takes wishes in its query", () => {
    expect(serverFromUrl("smtp://h:25?requireTLS=true&from=a@b.example", site)).toMatchObject({
      security: "starttls",
      sender: "a@b.example",
      port: 25,
    });
    expect(serverFromUrl("smtp://h?ignoreTLS=true", site).security).toBe("none");
  });

  it("knows this machine by its names, and a site without an address", () => {
    expect(["localhost", "127.0.0.1", "::1", "127.9.9.9", "10.0.0.1", "example.com"].map(isLoopback)).toEqual(
      [true, true, true, true, false, false],
    );
    expect(defaultSender("", { name: "Acme", publicUrl: undefined })).toBe('"Acme" <no-reply@localhost>');
  });
});
