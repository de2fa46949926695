import { expect, it } from "vitest";
import { readBody } from "./read-body.ts";

/** A client that sends these chunks and takes 5 s for it. */
function slowly(...chunks: (string | Uint8Array)[]) {
  let nowMs = 1_000;
  const incoming = {
    method: "POST",
    target: "/v1/chat/completions",
    headers: new Headers(),
    signal: { aborted: false },
    async readBody(take: (chunk: Uint8Array) => boolean) {
      nowMs += 5_000;
      for (const chunk of chunks) if (!take(typeof chunk === "string" ? Buffer.from(chunk) : chunk)) return;
    },
  };
  const arrival = {
    ...incoming,
    startedMs: 1_000,
    clientMs: 0,
    account: { id: "A" },
  } as unknown as Parameters<typeof readBody>[1];
  const deps = {
    bodyBudget: { usedBytes: 0, maxBytes: 100, byAccount: new Map() },
    clock: { now: () => nowMs, monotonicMs: () => nowMs },
  } as unknown as Parameters<typeof readBody>[2];
  return { incoming, arrival, deps };
}

it("does not count as the gateway's own time what the client took to send its body", async () => {
  const { incoming, arrival, deps } = slowly("one ", "two");
  const body = await readBody(incoming, arrival, deps);
  expect("bytes" in body && Buffer.from(body.bytes).toString()).toBe("one two");
  expect(arrival.clientMs).toBe(5_000);
});

it("refuses a body for which this node has no memory left, and gives back what it took of it", async () => {
  const { incoming, arrival, deps } = slowly("x".repeat(60), "y".repeat(60));
  expect(await readBody(incoming, arrival, deps)).toMatchObject({ code: "overloaded" });
  expect(deps.bodyBudget.usedBytes).toBe(0);
});

const MB = 1 << 20;
type Deps = Parameters<typeof readBody>[2];
/** The body of a call of an account, with so much room for all bodies together. */
function sentBy(accountId: string, budget: Deps["bodyBudget"], ...chunks: Uint8Array[]) {
  const { incoming, arrival, deps } = slowly(...chunks);
  return readBody(incoming, { ...arrival, account: { id: accountId } }, { ...deps, bodyBudget: budget });
}
const roomFor = (maxBytes: number) => ({ usedBytes: 0, maxBytes, byAccount: new Map<string, number>() });

it("leaves others a place when one account fills all that it may with large bodies", async () => {
  const budget = roomFor(16 * MB);
  const held = await sentBy("greedy", budget, new Uint8Array(3 * MB));
  expect(await sentBy("greedy", budget, new Uint8Array(2 * MB))).toMatchObject({ code: "overloaded" });
  expect(await sentBy("greedy", budget, new Uint8Array(1_000))).toHaveProperty("bytes");
  expect(await sentBy("other", budget, new Uint8Array(3 * MB))).toHaveProperty("bytes");
  if ("release" in held) held.release();
  expect(await sentBy("greedy", budget, new Uint8Array(3 * MB))).toHaveProperty("bytes");
});

it("puts small pieces together in their order, and keeps none of what they were cut from", async () => {
  const text = Array.from({ length: 5_000 }, (_, index) => `${index} `.repeat(20)).join("");
  const all = Buffer.from(text);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < all.length; ) {
    const size = [70, 3_000, 200, 90][pieces.length % 4] ?? 70;
    pieces.push(all.subarray(at, at + size));
    at += size;
  }
  const body = await sentBy("A", roomFor(16 * MB), ...pieces);
  expect("bytes" in body && Buffer.from(body.bytes).toString()).toBe(text);
});

it("refuses a body that comes byte by byte before it has cost much", async () => {
  const one = Uint8Array.of(0x20);
  const budget = roomFor(16 * MB);
  const refused = await sentBy("A", budget, ...Array<Uint8Array>(5_000).fill(one));
  expect(refused).toMatchObject({ code: "invalid_request", message: expect.stringContaining("too small") });
  expect([budget.usedBytes, budget.byAccount.size]).toEqual([0, 0]);
});
