import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { booksOf, untilIdle } from "./support/books.ts";
import { chat, HELLO } from "./support/chat.ts";
import { type Nodes, startNodes, untilKnown } from "./support/nodes.ts";

const CALLS = 1_000;

let on: Nodes;
beforeAll(async () => {
  on = await startNodes(2);
}, 300_000);
afterAll(() => on?.stop());

/** Sends all calls at once, to `nodes` of the nodes in turn. Returns how many got which status and code. */
async function answersTo(
  secret: string,
  nodes: number,
  body: object,
  headers: Record<string, string>,
): Promise<Record<string, number>> {
  const counted: Record<string, number> = {};
  const calls = Array.from({ length: CALLS }, async (_, index) => {
    const response = await chat(
      on.urlOf(index % nodes),
      secret,
      { model: "sim-chat", messages: HELLO, ...body },
      headers,
    );
    const code = /"code":"(\w+)"/.exec(await response.text())?.[1];
    const answer = [response.status, code].join(" ").trim();
    counted[answer] = (counted[answer] ?? 0) + 1;
  });
  await Promise.all(calls);
  return counted;
}

describe.each([1, 2])("1,000 parallel calls on %i nodes", (nodes) => {
  it("that each use what they may: the one that the balance pays for succeeds, 999 are refused with 402", async () => {
    // A call may cost $0.0006 and a little for the prompt.
    const { key, account } = await on.operator.customer("0.001");
    await untilKnown(on, key.secret);
    const answers = await answersTo(
      key.secret,
      nodes,
      { max_tokens: 1_000 },
      { "x-sim-prompt-tokens": "5", "x-sim-completion-tokens": "1000" },
    );
    expect(answers).toEqual({ "200": 1, "402 insufficient_balance": CALLS - 1 });
    await untilIdle(on.database, account.id);
    expect(await on.operator.account(account.id)).toMatchObject({ balance: "0.00039925", held: "0" });
  });

  it("that say no limit: together they are admitted for no more than there is, and owe at most what they cost beyond that", async () => {
    const { key, account } = await on.operator.customer("0.01");
    await untilKnown(on, key.secret);
    const funds = 10_000_000n;
    const answers = await answersTo(
      key.secret,
      nodes,
      {},
      {
        // Slower than all admissions together, and far dearer than what is held without a limit.
        ...{ "x-sim-latency-ms": "3000", "x-sim-prompt-tokens": "5", "x-sim-completion-tokens": "6000" },
      },
    );
    await untilIdle(on.database, account.id);
    const { balance, rows } = await booksOf(on.database, account.id);
    const admitted = rows.filter((row) => row.status === 200);
    expect(answers).toEqual({
      "200": admitted.length,
      "402 insufficient_balance": CALLS - admitted.length,
    });
    expect(admitted.length).toBeGreaterThan(1);
    const held = admitted.reduce((sum, row) => sum + row.hold, 0n);
    expect(held).toBeLessThanOrEqual(funds);
    expect(balance).toBeLessThan(0n);
    const beyond = admitted.reduce((sum, row) => sum + row.cost - row.hold, 0n);
    expect(-balance).toBeLessThanOrEqual(beyond);

    // The debt blocks every call, on every node, and is shown.
    for (const [index] of on.nodes.entries()) {
      const next = await chat(on.urlOf(index), key.secret, {
        model: "sim-chat",
        messages: HELLO,
        max_tokens: 1,
      });
      expect([next.status, await next.json()]).toMatchObject([
        402,
        { error: { code: "insufficient_balance" } },
      ]);
    }
    const shown = await on.operator.account(account.id);
    expect(Number(shown.balance)).toBe(Number(balance) / 1e9);
    expect(shown.available).toBe(shown.balance);
    expect(await on.operator.need("POST", "/api/ledger/verify", {})).toMatchObject({ ok: true });
  });
});
