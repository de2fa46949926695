import { describe, expect, it } from "vitest";
import {
  addressClass,
  baseUrlProblem,
  dialProblem,
  isAddressAllowed,
  isOwnListener,
  originOf,
} from "./address.ts";

const open = { allowPrivate: true };
const closed = { allowPrivate: false };

describe("addresses that a channel connects to", () => {
  it.each([
    ["8.8.8.8", "public"],
    ["192.0.2.1", "public"],
    ["2606:4700::1111", "public"],
    ["127.0.0.1", "private"],
    ["10.1.2.3", "private"],
    ["172.16.0.1", "private"],
    ["192.168.1.1", "private"],
    ["100.64.0.1", "private"],
    ["::1", "private"],
    ["fd00::1", "private"],
    ["::ffff:127.0.0.1", "private"],
    ["0.0.0.0", "denied"],
    ["0.1.2.3", "denied"],
    ["169.254.169.254", "denied"],
    ["::ffff:169.254.169.254", "denied"],
    ["64:ff9b::a9fe:a9fe", "denied"],
    ["2002:a9fe:a9fe::1", "denied"],
    ["224.0.0.1", "denied"],
    ["255.255.255.255", "denied"],
    ["::", "denied"],
    ["fe80::1", "denied"],
    ["ff02::1", "denied"],
    ["fd00:ec2::254", "denied"],
    ["100.100.100.200", "denied"],
    ["not an address", "denied"],
  ] as const)("%s is %s", (address, expected) => {
    expect(addressClass(address)).toBe(expected);
  });

  it("reach private networks only if the setting allows it", () => {
    expect(isAddressAllowed("127.0.0.1", open)).toBe(true);
    expect(isAddressAllowed("127.0.0.1", closed)).toBe(false);
    expect(isAddressAllowed("169.254.169.254", open)).toBe(false);
  });
});

describe("a channel's base URL", () => {
  it.each([
    "https://api.example.com/v1",
    "http://127.0.0.1:8000",
    "http://localhost:11434/v1",
    "http://[::1]:80/",
  ])("may be %s", (url) => {
    expect(baseUrlProblem(url, open)).toBeUndefined();
  });

  it.each([
    "",
    "api.example.com",
    "ftp://example.com",
    "file:///etc/passwd",
    "https://user:secret@example.com",
    "https://example.com/v1?key=1",
    "https://example.com/#x",
    "http://169.254.169.254/latest",
    "http://2852039166/",
    "http://0xa9.0xfe.0xa9.0xfe/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://0/",
    "http://metadata.google.internal/",
    "http://metadata.google.internal./",
    "http://224.0.0.1",
  ])("is refused as %j", (url) => {
    expect(baseUrlProblem(url, open)).toBeTypeOf("string");
  });

  it("is refused on this machine when private addresses are off", () => {
    expect(baseUrlProblem("http://localhost:1234", closed)).toMatch(/private/);
    expect(baseUrlProblem("http://127.1:1234", closed)).toMatch(/private/);
  });

  it("keeps its credential only at the same scheme, host and port", () => {
    expect(originOf("https://API.example.com:443/v1")).toBe(originOf("https://api.example.com/v2"));
    expect(originOf("https://api.example.com:8443")).not.toBe(originOf("https://api.example.com"));
    expect(originOf("http://api.example.com")).not.toBe(originOf("https://api.example.com"));
  });
});

describe("this gateway's own listener", () => {
  const own = { host: "192.0.2.5", port: 3000 };

  it.each([
    "192.0.2.5",
    "localhost",
    "localhost.",
    "127.0.0.1",
    "127.1.2.3",
    "::1",
    "::ffff:127.0.0.1",
    "0.0.0.0",
    "::",
  ])("is no upstream, by any of its names: %s", (host) => {
    expect(isOwnListener(own, host, 3000)).toBe(true);
    expect(isOwnListener(own, host, 3001)).toBe(false);
  });

  it.each([
    ["http://localhost:3000/v1", "own_listener"],
    ["http://[::ffff:127.0.0.1]:3000/v1", "own_listener"],
    ["http://169.254.169.254/v1", "address_denied"],
    ["http://127.0.0.1:8080/v1", undefined],
    ["https://api.example.com/v1", undefined],
  ])("is told from others before anything is dialled: %s", (url, problem) => {
    expect(dialProblem(new URL(url), { allowPrivate: true, own })).toBe(problem);
  });
});
