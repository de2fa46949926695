import { closeSync, openSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { syncOf } from "./sync-store.ts";
import { spoolFolder } from "./testing.ts";

let folder: ReturnType<typeof spoolFolder>;
beforeEach(() => {
  folder = spoolFolder();
  closeSync(openSync(`${folder.path}-wal`, "w"));
});
afterEach(() => folder.remove());

/** Whether a round is over when `flush` returns, on a disk that takes `ms` by the clock that it is given. */
function rounds(ms: () => number) {
  let nowMs = 0;
  let calls = 0;
  const sync = syncOf(folder.path, () => {
    calls += 1;
    if (calls % 2 === 0) nowMs += ms();
    return nowMs;
  });
  const round = async () => {
    let isOver = false;
    const { promise, resolve } = Promise.withResolvers<void>();
    sync.flush((error) => {
      expect(error).toBeNull();
      isOver = true;
      resolve();
    });
    const wasAtOnce = isOver;
    await promise;
    return wasAtOnce;
  };
  return { sync, round };
}

it("waits for a fast disk, leaves the event loop to others on a slow one, and sees when it is fast again", async () => {
  let ms = 0.1;
  const { sync, round } = rounds(() => ms);
  for (let count = 0; count < 20; count += 1) expect(await round()).toBe(true);
  ms = 50;
  expect(await round()).toBe(true);
  expect(await round()).toBe(false);
  ms = 0;
  let waited = 0;
  for (let count = 0; count < 60_000 && waited < 50; count += 1) waited = (await round()) ? waited + 1 : 0;
  expect(waited).toBe(50);
  sync.close();
});

it("may be closed while a round is under way", async () => {
  const { sync, round } = rounds(() => 50);
  await round();
  const last = round();
  sync.close();
  expect(await last).toBe(false);
});
