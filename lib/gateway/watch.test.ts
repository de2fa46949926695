import { expect, it } from "vitest";
import { Watches } from "./watch.ts";

function watchesAt() {
  const clock = { ms: 0 };
  const cutOff = new AbortController();
  const watches = new Watches(() => clock.ms, cutOff.signal);
  const pass = (ms: number) => {
    clock.ms += ms;
    watches.tick();
  };
  return { watches, cutOff, pass };
}

it("ends an attempt by whichever limit comes first, once, and remembers which", () => {
  const { watches, pass } = watchesAt();
  const watch = watches.open(undefined, 1_000);
  const seen: (string | undefined)[] = [];
  watch.whenEnded(() => seen.push("upstream ended"));
  watch.whenOver((reason) => seen.push(reason));
  watch.arm("first_token_timeout", 300);
  pass(299);
  expect(watch.hasEnded).toBe(false);
  pass(1);
  expect(watch.reason).toBe("first_token_timeout");
  watch.end("client_abort");
  pass(5_000);
  expect(watch.reason).toBe("first_token_timeout");
  expect(seen).toEqual(["first_token_timeout", "upstream ended"]);
});

it("keeps the total over all stages, and lets a part that came begin the idle limit anew", () => {
  const { watches, pass } = watchesAt();
  const watch = watches.open(undefined, 1_000);
  watch.arm("idle_timeout", 300);
  for (let i = 0; i < 4; i += 1) {
    pass(200);
    watch.stirred();
  }
  expect(watch.hasEnded).toBe(false);
  watch.disarm();
  pass(200);
  expect(watch.reason).toBe("total_timeout");
});

it("hears that the client went away, and that we shut down", () => {
  const { watches, cutOff, pass } = watchesAt();
  const client = new AbortController();
  const [gone, left] = [watches.open(client.signal, 1_000), watches.open(undefined, 1_000)];
  client.abort();
  pass(1);
  cutOff.abort();
  pass(1);
  expect([gone.reason, left.reason]).toEqual(["client_abort", "shutdown"]);
  expect(watches.open(client.signal, 1_000).reason).toBe("client_abort");
});

it("does nothing any more once an attempt has come to its own end", () => {
  const { watches, pass } = watchesAt();
  const watch = watches.open(undefined, 100);
  const ended: string[] = [];
  watch.whenEnded(() => ended.push("ended"));
  watch.close();
  pass(200);
  watch.end("client_abort");
  expect([ended, watch.reason]).toEqual([[], undefined]);
});

it("goes on watching all others, whichever of them end first and whatever their end brings about", () => {
  const { watches, pass } = watchesAt();
  const open = Array.from({ length: 6 }, (_, index) => watches.open(undefined, 100 * (index + 1)));
  const [first, second, third, fourth, fifth] = open;
  third?.close();
  fifth?.close();
  first?.whenEnded(() => fourth?.end("client_abort"));
  const gone = new AbortController();
  gone.abort();
  watches.open(gone.signal, 50);
  pass(100);
  expect([first?.reason, fourth?.reason, second?.reason]).toEqual([
    "total_timeout",
    "client_abort",
    undefined,
  ]);
  pass(100);
  pass(400);
  expect(open.map(({ reason }) => reason)).toEqual([
    "total_timeout",
    "total_timeout",
    undefined,
    "client_abort",
    undefined,
    "total_timeout",
  ]);
});
