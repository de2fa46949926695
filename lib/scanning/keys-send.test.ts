import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { publishedKey } from "./keys-send.ts";

const MINUTE = 60_000;
const keysOf = (names: Record<string, string>) =>
  JSON.stringify({
    public_keys: Object.entries(names).map(([key_identifier, key]) => ({ key_identifier, key })),
  });

/** A partner's server. Each test has a path of its own, since what was published at an address is kept. */
let answer: RequestListener;
let asked: string[] = [];
let test = 0;
let port: number;
const server = createServer((request, response) => {
  asked.push(request.url ?? "");
  answer(request, response);
});
const addressOf = (host = "127.0.0.1") => `http://${host}:${port}/${test}`;
const publish = (body: string) => {
  answer = (_, response) => response.end(body);
};

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
  test += 1;
  publish(keysOf({ first: "PEM 1", second: "PEM 2" }));
});

it("a published key is fetched once an hour, however many reports name it at once", async () => {
  const found = await Promise.all(
    ["first", "second", "first"].map((id) => publishedKey(addressOf(), id, 0, true)),
  );
  expect(found).toEqual(["PEM 1", "PEM 2", "PEM 1"]);
  await publishedKey(addressOf(), "first", 60 * MINUTE - 1, true);
  expect(asked).toHaveLength(1);
  publish(keysOf({ first: "PEM 3" }));
  expect(await publishedKey(addressOf(), "first", 60 * MINUTE, true)).toBe("PEM 3");
  expect(await publishedKey(addressOf(), "second", 60 * MINUTE, true)).toBeUndefined();
  expect(asked).toHaveLength(2);
});

it("an unknown name asks again, at most once a minute, and a new key is found so", async () => {
  const find = (id: string, nowMs: number) => publishedKey(addressOf(), id, nowMs, true);
  expect(await find("third", 0)).toBeUndefined();
  publish(keysOf({ first: "PEM 1", third: "PEM 3" }));
  for (let ms = 1; ms < MINUTE; ms += 10_000) expect(await find(`made-up-${ms}`, ms)).toBeUndefined();
  expect(await find("third", MINUTE - 1)).toBeUndefined();
  expect(asked).toHaveLength(1);
  expect(await find("third", MINUTE)).toBe("PEM 3");
  expect(asked).toHaveLength(2);
});

it("no private address is asked, by number or by name", async () => {
  for (const host of ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"]) {
    expect(await publishedKey(addressOf(host), "first", 0)).toBeUndefined();
  }
  expect(asked).toEqual([]);
});

it("no redirect is followed", async () => {
  answer = (_, response) => response.writeHead(302, { location: "/elsewhere" }).end();
  expect(await publishedKey(addressOf(), "first", 0, true)).toBeUndefined();
  expect(asked).toEqual([`/${test}`]);
});

it.each([
  ["more than 256 KB", `${keysOf({ first: "PEM 9" })}${" ".repeat(262_144)}`],
  ["no JSON", "<html>"],
  ["JSON of another form", '{"public_keys":[{"id":"first"}]}'],
])("what was known stays when the answer is %s", async (_, body) => {
  expect(await publishedKey(addressOf(), "first", 0, true)).toBe("PEM 1");
  publish(body);
  expect(await publishedKey(addressOf(), "first", 60 * MINUTE, true)).toBe("PEM 1");
  expect(asked).toHaveLength(2);
});
