import { describe, expect, it } from "vitest";
import { createLog } from "./log.ts";

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  let text = "";
  write(createLog("trace", { write: (line) => (text += line) }));
  return text;
}

describe("the log", () => {
  it("holds back secrets in known fields", () => {
    const text = logged((log) =>
      log.info({
        headers: { authorization: "opaque-value-1", cookie: "opaque-value-2" },
        password: "opaque-value-3",
      }),
    );
    expect(text).not.toContain("opaque-value");
    expect(text).toContain("[redacted]");
  });

  it.each([
    ["a gateway key", "used sk-tg-0123456789abcdefghij0123456789abcdefgh", "0123456789"],
    ["a management token", "used tgm_abcdefghijkl", "abcdefghijkl"],
    ["a bearer value", "sent Authorization: Bearer abcdefghijkl", "abcdefghijkl"],
    ["a password in a URL", "connect postgres://tollgate:opensesame@127.0.0.1:5432/tollgate", "opensesame"],
    ["a token in a query", "GET /reset?token=abcdefghijkl&x=1", "abcdefghijkl"],
  ])("holds back %s in running text", (_what, message, secret) => {
    expect(logged((log) => log.error(new Error(message), message))).not.toContain(secret);
  });

  it("logs a database error by code, without the row that it quotes", () => {
    const error = Object.assign(new Error('invalid input syntax for type uuid: "canary"'), {
      code: "22P02",
      detail: "Key (email)=(canary@example.com)",
      where: "canary",
    });
    const text = logged((log) => log.error({ err: error }, "query failed"));
    expect(text).not.toContain("canary");
    expect(text).toContain("22P02");
  });
});
