import { expect, it } from "vitest";
import { linkBase } from "./link-base.ts";

const asked = (host: string, origin?: string) => ({
  headers: new Headers({ host, ...(origin === undefined ? {} : { origin }) }),
});

it("links in mails lead to PUBLIC_URL, whatever host was asked", () => {
  expect(linkBase(asked("evil.example"), "https://gate.example/", false)).toBe("https://gate.example");
});

it("without PUBLIC_URL they lead to the host that the operators use", () => {
  expect(linkBase(asked("gate.example"), undefined, true)).toBe("http://gate.example");
  expect(linkBase(asked("gate.example", "https://gate.example"), undefined, true)).toBe(
    "https://gate.example",
  );
  expect(linkBase(asked("gate.example", "https://evil.example"), undefined, true)).toBe(
    "http://gate.example",
  );
});

it.each(["127.0.0.1:3000", "localhost:3000", "[::1]:3000", "10.0.0.7", "[fd00::7]"])(
  "a stranger's request may name a host nearby: %s",
  (host) => {
    expect(linkBase(asked(host), undefined, false)).toBe(`http://${host}`);
  },
);

it.each(["evil.example", "203.0.113.7", "127.0.0.1.evil.example", "user@evil.example", ""])(
  "and no other, so that no token is mailed to where it leads: %s",
  (host) => {
    expect(() => linkBase({ headers: { get: () => host } }, undefined, false)).toThrow("PUBLIC_URL");
  },
);
