import { describe, expect, it } from "vitest";
import type { DialRules } from "../address.ts";
import { guardedLookup } from "./live.ts";

const rules: DialRules = { allowPrivate: true, own: { host: "127.0.0.1", port: 3000 } };

function resolve(given: DialRules, port: number): Promise<string> {
  return new Promise((found, failed) => {
    guardedLookup(() => given, port)("localhost", { family: 4 }, (error, address) => {
      if (error === null) found(String(address));
      else failed(error);
    });
  });
}

describe("a name that a channel connects to", () => {
  it("is judged by the addresses that it resolves to", async () => {
    expect(await resolve(rules, 8080)).toBe("127.0.0.1");
    await expect(resolve({ ...rules, allowPrivate: false }, 8080)).rejects.toMatchObject({ code: "EDENIED" });
  });

  it("never leads back to this gateway's own listener", async () => {
    await expect(resolve(rules, 3000)).rejects.toMatchObject({ code: "EDENIED" });
  });
});
