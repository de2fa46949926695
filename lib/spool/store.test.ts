import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readFileSync, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadConfig, setConfig } from "#lib/runtime/config";
import { type Admission, encodeSettlement } from "./format.ts";
import { openSpool } from "./store.ts";
import { someSettlement, spoolFolder } from "./testing.ts";

setConfig(loadConfig({ LOG_LEVEL: "silent" }));
let folder: ReturnType<typeof spoolFolder>;
beforeEach(() => {
  folder = spoolFolder();
});
afterEach(() => folder.remove());

const open = (maxBytes = 1 << 30) => openSpool({ path: folder.path, maxBytes });
const admission = (requestId: string) => ({
  requestId,
  holdNanoUsd: 5n,
  periodStartMs: null,
  log: () => ({ model: "m" }),
});
const told = ({ log, ...rest }: Admission) => ({ ...rest, log: log() });

/** Commits as the server would see them: how often the WAL was written. */
const walFrames = () => (statSync(`${folder.path}-wal`).size - 32) / 4120;

it("keeps what it acknowledged, in order, across a restart", async () => {
  const spool = open();
  const settlements = Array.from({ length: 50 }, (_, index) =>
    someSettlement({ costNanoUsd: BigInt(index) }),
  );
  const seqs = await Promise.all(settlements.map((settlement) => spool.settle(settlement)));
  expect(seqs).toEqual(settlements.map((_, index) => index + 1));
  spool.close();
  const again = open();
  expect(again.read(0, 100).map(({ settlement }) => settlement)).toEqual(settlements);
  expect([again.rows(), again.lastSeq, again.seqAtOpen]).toEqual([50, 50, 50]);
  expect(again.bytes()).toBeGreaterThan(50 * 50);
  again.close();
});

it("shares one commit between all that comes in one turn of the event loop", async () => {
  const spool = open();
  await spool.settle(someSettlement());
  const one = walFrames();
  await spool.settle(someSettlement());
  const perCommit = walFrames() - one;
  const before = walFrames();
  await Promise.all([
    spool.settle(someSettlement()),
    Promise.resolve().then(() => spool.settle(someSettlement())),
  ]);
  expect(walFrames() - before).toBe(perCommit);
  spool.close();
});

/** A disk of which a test says when, and whether, it has what was written. */
function slowDisk() {
  const asked: ((error: unknown) => void)[] = [];
  const heldUp: boolean[] = [];
  const flush = (done: (error: unknown) => void, wouldHoldUp: boolean) => {
    asked.push(done);
    heldUp.push(wouldHoldUp);
  };
  return { asked, heldUp, sync: { flush, close: () => undefined } };
}

it("acknowledges a settlement only when the disk has it, and gathers meanwhile what comes next", async () => {
  const { asked, sync } = slowDisk();
  const spool = openSpool({ path: folder.path, maxBytes: 1 << 30, sync });
  const acknowledged: number[] = [];
  const settle = () => spool.settle(someSettlement()).then((seq) => acknowledged.push(seq));
  const first = settle();
  await expect.poll(() => asked.length).toBe(1);
  const second = [settle(), settle()];
  await new Promise((resolve) => setImmediate(resolve));
  expect([acknowledged, spool.read(0, 10), asked.length]).toEqual([[], [], 1]);
  asked[0]?.(null);
  await first;
  expect([acknowledged, spool.read(0, 10).length]).toEqual([[1], 1]);
  await expect.poll(() => asked.length).toBe(2);
  asked[1]?.(null);
  await Promise.all(second);
  expect(acknowledged).toEqual([1, 2, 3]);
  spool.close();
});

it("says to the disk whether streams are under way", async () => {
  const { asked, heldUp, sync } = slowDisk();
  const spool = openSpool({ path: folder.path, maxBytes: 1 << 30, sync });
  const settle = async (requestId: string) => {
    const settled = spool.settle(someSettlement({ requestId }));
    const nth = asked.length;
    await expect.poll(() => asked.length).toBeGreaterThan(nth);
    asked[nth]?.(null);
    await settled;
  };
  await settle("a");
  const underWay = async (requestId: string, stream: boolean) => {
    const before = walFrames();
    spool.journal({ ...admission(requestId), log: () => ({ stream }) });
    await expect.poll(() => walFrames()).toBeGreaterThan(before);
  };
  await underWay("slow", false);
  await settle("b");
  await underWay("stream", true);
  await settle("c");
  await settle("stream");
  await settle("d");
  expect(heldUp).toEqual([false, false, true, false, false]);
  spool.close();
});

it("rejects what the disk did not take, although it was written", async () => {
  const { asked, sync } = slowDisk();
  const spool = openSpool({ path: folder.path, maxBytes: 1 << 30, sync });
  const failed = spool.settle(someSettlement());
  await expect.poll(() => asked.length).toBe(1);
  asked[0]?.(Object.assign(new Error("input/output error"), { code: "EIO" }));
  await expect(failed).rejects.toMatchObject({ code: "io" });
  // It is in the file, and what is settled twice is settled once: the flusher offers it to Postgres.
  expect(spool.read(0, 10)).toHaveLength(1);
  spool.close();
});

it("reads a file of the release that wrote one settlement a row", async () => {
  const raw = new DatabaseSync(folder.path);
  raw.exec(`CREATE TABLE spool (id TEXT NOT NULL, session INTEGER NOT NULL, forgotten_to INTEGER NOT NULL);
    INSERT INTO spool VALUES ('old', 3, 1);
    CREATE TABLE admission (request_id TEXT PRIMARY KEY, session INTEGER NOT NULL, format INTEGER NOT NULL,
      body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE settlement (seq INTEGER PRIMARY KEY, format INTEGER NOT NULL, size INTEGER NOT NULL, body TEXT NOT NULL);
    PRAGMA user_version = 1`);
  const old = [someSettlement(), someSettlement()];
  for (const [index, settlement] of old.entries()) {
    const text = encodeSettlement(settlement);
    raw.prepare("INSERT INTO settlement VALUES (?, 1, ?, ?)").run(index + 2, text.length, text);
  }
  raw.close();
  const spool = open();
  expect([spool.id, spool.rows(), spool.lastSeq]).toEqual(["old", 2, 3]);
  expect(spool.read(1, 10).map(({ settlement }) => settlement)).toEqual(old);
  expect(await spool.settle(someSettlement())).toBe(4);
  expect(spool.read(2, 10)).toHaveLength(2);
  spool.close();
});

it("reads the same from memory and from the file, however much waits", async () => {
  const spool = open();
  const settlements = Array.from({ length: 9_000 }, (_, index) => someSettlement({ promptTokens: index }));
  for (let at = 0; at < 9_000; at += 1_500) {
    await Promise.all(settlements.slice(at, at + 1_500).map((settlement) => spool.settle(settlement)));
    if (at === 3_000) spool.forget(1_000);
  }
  const seen = [];
  for (let after = 1_000; ; after += 700) {
    const rows = spool.read(after, 700);
    seen.push(...rows.map(({ settlement }) => settlement));
    if (rows.length < 700) break;
  }
  expect(seen).toEqual(settlements.slice(1_000));
  spool.close();
});

it("never gives a number twice, also when everything was forgotten before a restart", async () => {
  let spool = open();
  const first = await spool.settle(someSettlement());
  spool.forget(first);
  spool.close();
  spool = open();
  expect([spool.rows(), spool.bytes(), spool.forgottenTo]).toEqual([0, 0, first]);
  expect(await spool.settle(someSettlement())).toBe(first + 1);
  expect(spool.read(spool.forgottenTo, 10)).toHaveLength(1);
  spool.close();
});

it("names the calls of earlier processes that were admitted and not settled, and no others", async () => {
  let spool = open();
  const [settled, unsettled, elsewhere, sameTurn] = ["a", "b", "c", "d"].map((id) =>
    someSettlement({ requestId: id }),
  );
  const before = walFrames();
  for (const id of ["a", "b", "c"]) spool.journal(admission(id));
  await expect.poll(() => walFrames()).toBeGreaterThan(before);
  if (!settled || !unsettled || !elsewhere || !sameTurn) throw new Error("unreachable");
  spool.journal(admission("d"));
  await Promise.all([spool.settle(settled), spool.settle(sameTurn)]);
  spool.withdraw("c");
  spool.close();
  spool = open();
  spool.journal(admission("running now"));
  await spool.settle(someSettlement());
  expect(spool.openAdmissions().map(told)).toEqual([told(admission("b"))]);
  await spool.settle(unsettled);
  expect(spool.openAdmissions()).toEqual([]);
  spool.close();
});

it("writes an admission down within moments although no settlement comes", async () => {
  const spool = open();
  const before = walFrames();
  spool.journal(admission("a"));
  await expect.poll(() => walFrames()).toBeGreaterThan(before);
  spool.close();
});

it("rejects with `full` at its bound, keeps what it had, and takes more once something is forgotten", async () => {
  const spool = open(16 * 4096);
  let acknowledged = 0;
  const fill = async () => {
    for (;;) acknowledged = await spool.settle(someSettlement({ userAgent: "x".repeat(1_000) }));
  };
  await expect(fill()).rejects.toMatchObject({ name: "SpoolError", code: "full" });
  expect(spool.rows()).toBe(acknowledged);
  spool.forget(acknowledged);
  expect(await spool.settle(someSettlement())).toBeGreaterThan(acknowledged);
  expect(spool.rows()).toBe(1);
  spool.close();
});

it("rejects every settlement of a failed commit and keeps its admissions for the next", async () => {
  const spool = open(16 * 4096);
  spool.journal(admission("a"));
  const failed = await Promise.allSettled([
    spool.settle(someSettlement({ userAgent: "x".repeat(100_000) })),
    spool.settle(someSettlement()),
  ]);
  expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await spool.settle(someSettlement());
  spool.close();
  const again = open();
  expect(again.openAdmissions().map(told)).toEqual([told(admission("a"))]);
  expect(again.read(0, 10)).toHaveLength(1);
  again.close();
});

it("refuses to settle after it was closed, and a file of a newer release, and a second process", async () => {
  const spool = open();
  expect(() => open()).toThrow(/locked/);
  spool.close();
  await expect(spool.settle(someSettlement())).rejects.toMatchObject({ code: "closed" });
  const raw = new DatabaseSync(folder.path);
  raw.exec("PRAGMA user_version = 99");
  raw.close();
  expect(() => open()).toThrow("newer release");
});

it("hands a row of a newer format out as unreadable instead of failing", async () => {
  const spool = open();
  await spool.settle(someSettlement());
  spool.close();
  const raw = new DatabaseSync(folder.path);
  raw.exec("UPDATE settlement SET format = 99");
  raw.close();
  const again = open();
  expect(again.read(0, 10)).toEqual([{ seq: 1, unreadable: expect.stringContaining("requestId") }]);
  again.close();
});

it("is readable by its owner alone", async () => {
  const spool = open();
  await spool.settle(someSettlement());
  for (const file of [folder.path, `${folder.path}-wal`]) expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(folder.path).subarray(0, 6).toString()).toBe("SQLite");
  spool.close();
});

it("reads past the room that its log got in advance, and uses it", async () => {
  let spool = openSpool({ path: folder.path, maxBytes: 2 ** 30, reserve: true });
  const size = () => statSync(`${folder.path}-wal`).size;
  const reserved = size();
  expect(reserved).toBeGreaterThan(16_000_000);
  const settlement = someSettlement();
  await spool.settle(settlement);
  expect(size()).toBe(reserved);
  // What a crash leaves: the file and its log as they stand.
  for (const end of ["", "-wal"]) copyFileSync(`${folder.path}${end}`, `${folder.path}.copy${end}`);
  spool.close();
  spool = openSpool({ path: `${folder.path}.copy`, maxBytes: 2 ** 30, reserve: true });
  expect(spool.read(0, 10)).toEqual([{ seq: 1, settlement }]);
  spool.close();
});

it("has after a kill -9 at full speed everything that it acknowledged, once", async () => {
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", writerScript(folder.path)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const acknowledged: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => acknowledged.push(...line.split(" ")));
  await once(lines, "line");
  setTimeout(() => child.kill("SIGKILL"), 1_000);
  await exited;
  expect(child.signalCode).toBe("SIGKILL");

  const spool = open();
  const found: string[] = [];
  for (let after = 0; ; ) {
    const rows = spool.read(after, 5_000);
    if (rows.length === 0) break;
    found.push(...rows.map(({ settlement }) => settlement?.row.requestId ?? "unreadable"));
    after = rows.at(-1)?.seq ?? 0;
  }
  expect(acknowledged.length).toBeGreaterThan(1_000);
  const distinct = new Set(found);
  expect(distinct.size).toBe(found.length);
  // The last line may have been cut by the kill: whole ids only.
  expect(acknowledged.filter((id) => id.length === 36 && !distinct.has(id))).toEqual([]);
  const stillOpen = spool.openAdmissions().map(({ requestId }) => requestId);
  expect(stillOpen.filter((id) => distinct.has(id))).toEqual([]);
  expect(spool.rows()).toBe(found.length);
  spool.close();
});

const writerScript = (path: string) => `
  import { openSpool } from ${JSON.stringify(new URL("./store.ts", import.meta.url).href)};
  import { someSettlement } from ${JSON.stringify(new URL("./testing.ts", import.meta.url).href)};
  const spool = openSpool({ path: ${JSON.stringify(path)}, maxBytes: 2 ** 32 });
  setTimeout(() => process.exit(1), 10_000);
  const caller = async () => {
    for (;;) {
      const settlement = someSettlement();
      spool.journal({ requestId: settlement.row.requestId, holdNanoUsd: 1n, periodStartMs: null, log: () => ({}) });
      if (Math.random() < 0.5) await new Promise((resolve) => setTimeout(resolve, 60 * Math.random()));
      await spool.settle(settlement);
      acknowledged.push(settlement.row.requestId);
    }
  };
  let acknowledged = [];
  setInterval(() => {
    if (acknowledged.length > 0) process.stdout.write(acknowledged.join(" ") + "\\n");
    acknowledged = [];
  }, 5);
  for (let i = 0; i < 64; i += 1) caller();
`;
