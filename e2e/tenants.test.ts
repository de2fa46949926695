import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operator } from "#bench/operator";
import { chat, HELLO } from "./support/chat.ts";
import { openDatabase } from "./support/database.ts";
import { addIncident } from "./support/incident.ts";
import { signInOwner } from "./support/owner.ts";
import { addressOf, type Things } from "./support/page-addresses.ts";
import { allPages, isOfOneRow, pagesOfCustomers } from "./support/pages.ts";
import { join } from "./support/people.ts";
import { startTollgate, type Tollgate } from "./support/tollgate.ts";

let gateway: Tollgate;
let owner: Operator;
let customer: Operator;
let mine: Things;
let theirs: Things & { requestId: string; name: string };
const pages = await allPages("(console)");

beforeAll(async () => {
  gateway = await startTollgate();
  owner = await signInOwner(gateway.url);
  const [own, other] = [await owner.customer("5"), await owner.customer("5")];
  const answer = await chat(gateway.url, other.key.secret, { model: "sim-chat", messages: HELLO });
  await answer.text();
  const database = await openDatabase(gateway);
  const side = async (one: typeof own): Promise<Things> => {
    const things = { accountId: one.account.id, keyId: one.key.id };
    return { ...things, incidentId: (await addIncident(database, things)).id };
  };
  mine = await side(own);
  const requestId = answer.headers.get("x-request-id") ?? "";
  theirs = { ...(await side(other)), requestId, name: other.account.name };
  await database.end();
  customer = await join(owner, { accountId: own.account.id, memberRole: "admin" });
}, 300_000);
afterAll(() => gateway?.remove());

/** An address of something that there is, so that a 404 says that it is not shown. */
async function ofOperators(page: string): Promise<string> {
  if (!isOfOneRow(page)) return page;
  const list = { "/channels/[id]": "/api/channels", "/models/versions/[id]": "/api/prices/versions" }[page];
  if (page === "/groups/[id]") return "/groups/default";
  const [first] = list === undefined ? [] : await owner.all<{ id: string }>(list);
  if (first === undefined) throw new Error(`where is one of ${page}?`);
  return page.replace("[id]", first.id);
}

const get = (path: string) => customer.call<string>("GET", path);

it("every page that customers have is one of the console's", () => {
  expect(pagesOfCustomers.filter((page) => !pages.includes(page))).toEqual([]);
});

describe("two accounts on the gateway's paths", () => {
  const hello = { messages: HELLO, max_tokens: 5 };
  const paths = [
    ["/v1/chat/completions", { model: "sim-chat", ...hello }],
    ["/v1/messages", { model: "sim-chat", ...hello }],
    ["/v1beta/models/sim-chat:generateContent", { contents: [{ parts: [{ text: "hi" }] }] }],
    ["/v1/completions", { model: "sim-chat", prompt: "hi", max_tokens: 5 }],
    ["/v1/embeddings", { model: "sim-embedding", input: "hi" }],
    ["/v1/rerank", { model: "sim-rerank", query: "hi", documents: ["hi"] }],
    ["/v1/moderations", { model: "sim-moderation", input: "hi" }],
    ["/v1beta/models/sim-embedding:embedContent", { content: { parts: [{ text: "hi" }] } }],
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
  it.each(pages.filter((page) => !pagesOfCustomers.includes(page)))("does not find %s", async (page) => {
    const path = await ofOperators(page);
    expect((await owner.call("GET", path)).status).toBe(200);
    expect((await get(path)).status).toBe(404);
  });

  it.each(pages.filter((page) => pagesOfCustomers.includes(page) && !isOfOneRow(page)))(
    "has %s",
    async (page) => {
      expect((await get(page)).status).toBe(200);
    },
  );

  it.each(pages.filter((page) => pagesOfCustomers.includes(page) && isOfOneRow(page)))(
    "does not find another account's %s, and has their own",
    async (page) => {
      const foreign = await get(addressOf(page, theirs));
      expect(foreign.status).toBe(404);
      expect(JSON.stringify(foreign.body)).not.toContain(theirs.name);
      expect((await get(addressOf(page, mine))).status).toBe(200);
    },
  );

  it.each([
    "/keys?accountId=",
    "/logs?accountId=",
    "/by-ip?accountId=",
    "/incidents?accountId=",
    "/charts?accountId=",
  ])("does not find %s of another account", async (page) => {
    expect((await get(page + theirs.accountId)).status).toBe(404);
  });

  it("sees nothing of another account's call through a link to it", async () => {
    const answer = await get(`/logs?row=${theirs.requestId}`);
    expect(JSON.stringify(answer.body)).not.toContain(theirs.name);
    expect((await customer.call("GET", `/api/logs/${theirs.requestId}`)).status).toBe(404);
  });
});
