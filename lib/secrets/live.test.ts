import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { closePrisma, connectDatabase, prisma } from "#lib/db/client";
import { type TestDatabase, testDatabase } from "#lib/db/testing";
import { clearSingleton } from "#lib/runtime/singletons";
import { deriveKey, open, openMasterKey, seal } from "./live.ts";

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), "tollgate-key-"));
  await connectDatabase(database.url);
  clearSingleton("master-key");
});
afterEach(async () => {
  await closePrisma();
  await database.stop();
  await rm(folder, { recursive: true, force: true });
});

const file = (name: string) => join(folder, name);

describe("opening the master key", () => {
  it("makes it on the first start, readable by its owner only, and finds it again on the next", async () => {
    await openMasterKey(file("new/key"));
    expect((await stat(file("new/key"))).mode & 0o777).toBe(0o600);
    const sealed = seal("sk-upstream", "channel.credential");
    clearSingleton("master-key");
    await openMasterKey(file("new/key"));
    expect(open(sealed, "channel.credential")).toBe("sk-upstream");
  });

  it("refuses a start with another key", async () => {
    await openMasterKey(file("key"));
    await writeFile(file("other"), "ab".repeat(32));
    await expect(openMasterKey(file("other"))).rejects.toThrow("not the master key");
  });

  it("makes no second key beside a database that was used with one", async () => {
    await openMasterKey(file("key"));
    await expect(openMasterKey(file("elsewhere"))).rejects.toThrow("Copy that key's file");
    await expect(stat(file("elsewhere"))).rejects.toThrow("ENOENT");
  });

  it("makes no key where ciphertext exists, even if its fingerprint was lost", async () => {
    await prisma().channel.create({
      data: {
        name: "c",
        provider: "openai-compatible",
        baseUrl: "https://u.example",
        credential: new Uint8Array(40),
      },
    });
    await expect(openMasterKey(file("key"))).rejects.toThrow("cannot be read");
  });

  it("gives two nodes that start at once on one folder the same key", async () => {
    await Promise.all([openMasterKey(file("key")), openMasterKey(file("key"))]);
    const derived = deriveKey("session");
    clearSingleton("master-key");
    await openMasterKey(file("key"));
    expect(deriveKey("session")).toEqual(derived);
  });

  it("lets one of two nodes with folders of their own win", async () => {
    const opened = await Promise.allSettled([openMasterKey(file("a/key")), openMasterKey(file("b/key"))]);
    expect(opened.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("refuses a file that is no key, without overwriting it", async () => {
    await writeFile(file("key"), "something else");
    await expect(openMasterKey(file("key"))).rejects.toThrow("is no master key");
    expect(await readFile(file("key"), "utf8")).toBe("something else");
  });

  it("seals nothing before it is open", () => {
    expect(() => seal("text", "channel.credential")).toThrow("not open");
  });
});
