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
  const round = async (wouldHoldUp = false) => {
    let isOver = false;
    const { promise, resolve } = Promise.withResolvers<void>();
    sync.flush((error) => {
      expect(error).toBeNull();
      isOver = true;
      resolve();
    }, wouldHoldUp);
    const wasAtOnce = isOver;
    await promise;
    return wasAtOnce;
  };
  return { sync, round };
}

/** How many of so many rounds were over at once. */
async function atOnce(round: () => Promise<boolean>, rounds: number): Promise<number> {
  let count = 0;
  for (let done = 0; done < rounds; done += 1) count += (await round()) ? 1 : 0;
  return count;
}

it("waits for a fast disk", async () => {
  const { sync, round } = rounds(() => 0.1);
  expect(await atOnce(round, 100)).toBe(100);
  sync.close();
});

it("leaves the event loop to whom it would hold up, however fast the disk is", async () => {
  const { sync, round } = rounds(() => 0.1);
  expect(await atOnce(() => round(true), 100)).toBe(0);
  expect(await atOnce(round, 100)).toBe(100);
  sync.close();
});

it("leaves the event loop to others on a slow disk, but for one round in hundreds, and sees when it is fast again", async () => {
  let ms = 0.6;
  const { sync, round } = rounds(() => ms);
  await atOnce(round, 1_000);
  expect(await atOnce(round, 5_130)).toBeLessThanOrEqual(10);
  ms = 0.1;
  await atOnce(round, 513);
  expect(await atOnce(round, 100)).toBe(100);
  sync.close();
});

it("is soon back when the disk stood still once, and stays away longer where it does so again", async () => {
  let ms = 0.1;
  const { sync, round } = rounds(() => ms);
  const standStill = async () => {
    ms = 50;
    expect(await round()).toBe(true);
    ms = 0.1;
    expect(await round()).toBe(false);
  };
  await atOnce(round, 20);
  await standStill();
  expect(await atOnce(round, 115)).toBe(100);
  await standStill();
  expect(await atOnce(round, 131)).toBe(100);
  await atOnce(round, 512);
  await standStill();
  expect(await atOnce(round, 115)).toBe(100);
  sync.close();
});

it("may be closed while a round is under way", async () => {
  const { sync, round } = rounds(() => 50);
  await round();
  const last = round();
  sync.close();
  expect(await last).toBe(false);
});
