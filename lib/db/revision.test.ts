import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { closePrisma, connectDatabase, prisma } from "./client.ts";
import { bumpRevision, currentRevision, revisionChannel } from "./revision.ts";
import { type TestDatabase, testDatabase } from "./testing.ts";
import { inTransaction } from "./transaction.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await connectDatabase(database.url);
});
afterAll(async () => {
  await closePrisma();
  await database.stop();
});

it("revisions of parallel writes are all different and without gaps", async () => {
  const before = await currentRevision(prisma());
  const taken = await Promise.all(Array.from({ length: 10 }, () => inTransaction(bumpRevision)));
  const sorted = taken.map((revision) => Number(revision - before)).sort((one, other) => one - other);
  expect(sorted).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(await currentRevision(prisma())).toBe(before + 10n);
});

it("a revision is announced when it is committed, and one rolled back is neither taken nor announced", async () => {
  const listener = new pg.Client({ connectionString: database.url });
  const heard: string[] = [];
  listener.on("notification", (message) => heard.push(message.payload ?? ""));
  await listener.connect();
  await listener.query(`LISTEN ${revisionChannel}`);
  const before = await currentRevision(prisma());
  const failing = inTransaction(async (tx) => {
    await bumpRevision(tx);
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  const revision = await inTransaction(bumpRevision);
  await expect.poll(() => heard).toEqual([String(revision)]);
  expect(revision).toBe(before + 1n);
  await listener.end();
});
