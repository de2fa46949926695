import { afterEach, expect, it } from "vitest";
import { Sender } from "#lib/gateway/sender";
import { call, closePlaces, type Gateway, place, RawClient } from "./testing.ts";

afterEach(closePlaces);

it("works out who sends once per head, and anew for another", async () => {
  const made: (string | null)[] = [];
  const gateway: Gateway = async (incoming) => {
    const clientIp = (headers: { get(name: string): string | null }) => {
      made.push(headers.get("authorization"));
      return null;
    };
    const at = { path: incoming.target, query: "" };
    incoming.sender ??= new Sender(incoming.headers, at, { clientIp });
    return { status: 200, headers: {}, body: `[${incoming.sender.presentedKey}]` };
  };
  const { port, servedBy } = await place(gateway);
  const client = new RawClient(port);
  const from = (key: string, body: string) => call(body, `Authorization: Bearer ${key}\r\n`);
  // The same head, one that differs in nothing but the body's length, another caller's, the first again.
  await client.say(from("one", "abc") + from("one", "abc")).hear(/\[one\].*\[one\]/s);
  await client.say(from("one", "abcd")).hear(/(?:\[one\].*){3}/s);
  await client.say(from("two", "abc")).hear(/\[two\]/);
  await client.say(from("one", "abc")).hear(/\[two\].*\[one\]/s);
  expect(made).toEqual(["Bearer one", "Bearer two", "Bearer one"]);
  expect(servedBy).toEqual(Array(5).fill("front"));
});
