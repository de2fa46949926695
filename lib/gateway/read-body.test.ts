import { expect, it } from "vitest";
import { readBody } from "./read-body.ts";

/** A client that sends these chunks and takes 5 s for it. */
function slowly(...chunks: string[]) {
  let nowMs = 1_000;
  const incoming = {
    method: "POST",
    target: "/v1/chat/completions",
    headers: new Headers(),
    signal: { aborted: false },
    async readBody(take: (chunk: Uint8Array) => boolean) {
      nowMs += 5_000;
      for (const chunk of chunks) if (!take(Buffer.from(chunk))) return;
    },
  };
  const arrival = { ...incoming, startedMs: 1_000, clientMs: 0 } as unknown as Parameters<typeof readBody>[1];
  const deps = {
    bodyBudget: { usedBytes: 0, maxBytes: 100 },
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
