import { expect, it } from "vitest";
import { banner, consoleUrl } from "./banner.ts";

const address = { address: "127.0.0.1", family: "IPv4", port: 3000 };

it("names an address that a browser on this machine can open", () => {
  expect(consoleUrl({ publicUrl: undefined, host: "127.0.0.1" }, address)).toBe("http://127.0.0.1:3000");
  expect(consoleUrl({ publicUrl: undefined, host: "0.0.0.0" }, address)).toBe("http://127.0.0.1:3000");
  expect(consoleUrl({ publicUrl: undefined, host: "::1" }, address)).toBe("http://[::1]:3000");
  expect(consoleUrl({ publicUrl: "https://gateway.example.com", host: "::" }, address)).toBe(
    "https://gateway.example.com",
  );
});

it("prints where the console is, how to sign in the first time, and a call to paste", () => {
  const url = "http://127.0.0.1:3000";
  const first = banner({ url, firstRun: { linkToken: "abc" }, hasSimulator: true });
  expect(first).toContain("Tollgate is ready: http://127.0.0.1:3000\n");
  expect(first).toContain("http://127.0.0.1:3000/first-run?token=abc\n");
  expect(first).toMatch(/curl http:\/\/127\.0\.0\.1:3000\/v1\/chat\/completions[\s\S]*"model":"sim-chat"/);
  expect(banner({ url, firstRun: { ownerEmail: "o@example.com" }, hasSimulator: true })).toContain(
    "Sign in as o@example.com",
  );
  expect(banner({ url, firstRun: undefined, hasSimulator: false })).not.toMatch(/first-run|Sign in|sim-chat/);
});
