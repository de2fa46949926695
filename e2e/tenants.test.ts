import { readdirSync } from "node:fs";
import { join as joinPath } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operator } from "#bench/operator";
import { chat, HELLO } from "./support/chat.ts";
import { signInOwner } from "./support/owner.ts";
import { pagesOfCustomers } from "./support/pages.ts";
import { join } from "./support/people.ts";
import { startTollgate, type Tollgate } from "./support/tollgate.ts";

let gateway: Tollgate;
let owner: Operator;
let customer: Operator;
let mine: { accountId: string; keyId: string };
let theirs: { accountId: string; keyId: string; requestId: string; name: string };

beforeAll(async () => {
  gateway = await startTollgate();
  owner = await signInOwner(gateway.url);
  const [own, other] = [await owner.customer("5"), await owner.customer("5")];
  const answer = await chat(gateway.url, other.key.secret, { model: "sim-chat", messages: HELLO });
  await answer.text();
  mine = { accountId: own.account.id, keyId: own.key.id };
  const requestId = answer.headers.get("x-request-id") ?? "";
  theirs = { accountId: other.account.id, keyId: other.key.id, requestId, name: other.account.name };
  customer = await join(owner, { accountId: own.account.id, memberRole: "admin" });
}, 300_000);
afterAll(() => gateway?.remove());

/** Every page of the console, as its folder names it: "/accounts/[id]". */
function pages(folder = "app/(console)", path = ""): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return pages(joinPath(folder, entry.name), `${path}/${entry.name}`);
    return entry.name === "page.tsx" ? [path === "" ? "/" : path] : [];
  });
}

/** Of something that there is, so that a 404 says that it is not shown; of what has none here, another account's. */
async function idFor(page: string): Promise<string> {
  const list = { "/channels/[id]": "/api/channels", "/models/versions/[id]": "/api/prices/versions" }[page];
  if (list === undefined) return theirs.accountId;
  const [first] = await owner.all<{ id: string }>(list);
  if (first === undefined) throw new Error(`there is nothing under ${list}`);
  return first.id;
}

const get = (path: string) => customer.call<string>("GET", path);

describe("two accounts on the gateway's paths", () => {
  const hello = { messages: HELLO, max_tokens: 5 };
  const paths = [
    ["/v1/chat/completions", { model: "sim-chat", ...hello }],
    ["/v1/messages", { model: "sim-chat", ...hello }],
    ["/v1beta/models/sim-chat:generateContent", { contents: [{ parts: [{ text: "hi" }] }] }],
  ] as const;

  it.each(paths)("share neither limits nor rows at %s", async (path, body) => {
    const call = async (secret: string) => {
      const headers = { "x-goog-api-key": secret, "content-type": "application/json" };
      const answer = await fetch(gateway.url + path, { method: "POST", headers, body: JSON.stringify(body) });
      await answer.text();
      return { status: answer.status, id: answer.headers.get("x-request-id") };
    };
    const full = { limits: [{ metric: "rpm", value: 1 }] };
    const [own, other] = [
      await owner.createKey(mine.accountId, full),
      await owner.createKey(theirs.accountId, full),
    ];
    const answers = [await call(other.secret), await call(other.secret), await call(own.secret)];
    expect(answers.map(({ status }) => status)).toEqual([200, 429, 200]);
    await owner.row(answers[1]?.id ?? "");
    await owner.row(answers[2]?.id ?? "");
    const seen = await customer.all<{ requestId: string }>("/api/logs");
    const ids = seen.map(({ requestId }) => requestId);
    expect(answers.map(({ id }) => ids.includes(id ?? ""))).toEqual([false, false, true]);
  });
});

describe("a customer in the console", () => {
  it.each(pages().filter((page) => !pagesOfCustomers.includes(page)))("does not find %s", async (page) => {
    const answer = await get(page.replace("[id]", await idFor(page)));
    expect(answer.status).toBe(404);
  });

  it.each(pages().filter((page) => pagesOfCustomers.includes(page) && !page.includes("[")))(
    "has %s",
    async (page) => {
      expect((await get(page)).status).toBe(200);
    },
  );

  it.each(pages().filter((page) => pagesOfCustomers.includes(page) && page.includes("[")))(
    "does not find another account's %s, and has their own",
    async (page) => {
      const ids = (side: typeof mine) => (page.startsWith("/keys") ? side.keyId : side.accountId);
      const foreign = await get(page.replace("[id]", ids(theirs)));
      expect(foreign.status).toBe(404);
      expect(JSON.stringify(foreign.body)).not.toContain(theirs.name);
      expect((await get(page.replace("[id]", ids(mine)))).status).toBe(200);
    },
  );

  it.each(["/keys?accountId=", "/logs?accountId=", "/by-ip?accountId="])(
    "does not find %s of another account",
    async (page) => {
      expect((await get(page + theirs.accountId)).status).toBe(404);
    },
  );

  it("sees nothing of another account's call through a link to it", async () => {
    const answer = await get(`/logs?row=${theirs.requestId}`);
    expect(JSON.stringify(answer.body)).not.toContain(theirs.name);
    expect((await customer.call("GET", `/api/logs/${theirs.requestId}`)).status).toBe(404);
  });
});
