import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { closePrisma, connectDatabase, prisma } from "#lib/db/client";
import { createPool, queryRows } from "#lib/db/pool";
import { type TestDatabase, testDatabase } from "#lib/db/testing";
import { clearSingleton } from "#lib/runtime/singletons";
import { deriveKey, open, openMasterKey, seal } from "../live.ts";
import { plainByteColumns, sealedPlaces } from "../places.ts";
import { type RotationStep, rotateMasterKey } from "./live.ts";

let database: TestDatabase;
let folder: string;
let path: string;
beforeEach(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), "tollgate-rotation-"));
  path = join(folder, "master.key");
  await connectDatabase(database.url);
  await openMasterKey(path);
  await storeSecrets();
  await stopNode();
});
afterEach(async () => {
  await stopNode();
  await database.stop();
  await rm(folder, { recursive: true, force: true });
});

const CHANNELS = 1_203;
/** A credential of each but the first, two more of the second, one answer. */
const SECRETS = CHANNELS - 1 + 2 + 1;

async function storeSecrets(): Promise<void> {
  const channels = Array.from({ length: CHANNELS }, (_, index) => ({
    name: `channel ${index}`,
    provider: "openai-compatible",
    baseUrl: "https://u.example/v1",
    credential: index === 0 ? null : seal(`sk-${index}`, "channel.credential"),
    moreCredentials: index === 1 ? ["a", "b"].map((text) => seal(text, "channel.credential")) : [],
  }));
  await prisma().channel.createMany({ data: channels });
  const answer = Buffer.from(seal('{"secret":"sk-tg"}', "idempotent.answer")).toString("base64");
  const claim = { actor: "user:1", path: "/api/keys", bodyHash: new Uint8Array(32) };
  await prisma().idempotentAnswer.create({ data: { ...claim, key: "answered", status: 201, answer } });
  await prisma().idempotentAnswer.create({ data: { ...claim, key: "running" } });
}

/** As a process's end: what it had in memory is gone, its connections are closed. */
async function stopNode(): Promise<void> {
  clearSingleton("master-key");
  await closePrisma();
}

/** A start with the key file as it stands: every secret must open. */
async function expectEverySecretOpens(): Promise<void> {
  await openMasterKey(path);
  const channels = await prisma().channel.findMany();
  const opened = channels.map(({ name, credential }) => [
    name,
    credential && open(credential, "channel.credential"),
  ]);
  expect(opened).toHaveLength(CHANNELS);
  for (const [name, text] of opened) {
    const index = String(name).slice("channel ".length);
    expect([name, text]).toEqual([name, index === "0" ? null : `sk-${index}`]);
  }
  const more = channels.find(({ name }) => name === "channel 1")?.moreCredentials ?? [];
  expect(more.map((sealed) => open(sealed, "channel.credential"))).toEqual(["a", "b"]);
  const answers = await prisma().idempotentAnswer.findMany({ orderBy: { key: "asc" } });
  const sealed = Buffer.from(String(answers[0]?.answer), "base64");
  expect([open(sealed, "idempotent.answer"), answers[1]?.answer]).toEqual(['{"secret":"sk-tg"}', null]);
  await stopNode();
}

async function sessionKey(): Promise<string> {
  await openMasterKey(path);
  const key = deriveKey("session").toString("hex");
  await stopNode();
  return key;
}

describe("rotating the master key", () => {
  it("seals every secret with a new key, keeps the old file and says so in the audit log", async () => {
    const [oldKey, oldSession] = [await readFile(path, "utf8"), await sessionKey()];
    expect(await rotateMasterKey(path)).toMatchObject({ resealed: SECRETS, finished: false });
    expect(await readFile(path, "utf8")).not.toBe(oldKey);
    expect(await readFile(`${path}.previous`, "utf8")).toBe(oldKey);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(existsSync(`${path}.next`)).toBe(false);
    await expectEverySecretOpens();
    expect(await sessionKey()).not.toBe(oldSession);
    expect(await prisma().auditEntry.findMany()).toMatchObject([
      { action: "master_key.rotate", actorType: "system", after: { resealed: SECRETS } },
    ]);
  });

  it("leaves nothing that the old key opens", async () => {
    await rotateMasterKey(path);
    const old = `${path}.previous`;
    await expect(openMasterKey(old)).rejects.toThrow("copy the new file from there");
  });

  const steps: RotationStep[] = ["new key written", "secrets sealed", "committed", "done"];
  it.each(steps)(
    "cut off at '%s' starts with every secret, and goes through when run again",
    async (step) => {
      const cut = rotateMasterKey(path, (at) => {
        if (at === step) throw new Error("killed");
      });
      await expect(cut).rejects.toThrow("killed");
      await expectEverySecretOpens();
      await rotateMasterKey(path);
      await expectEverySecretOpens();
      expect(existsSync(`${path}.next`)).toBe(false);
    },
  );

  it("cut off after the database's change and run again only finishes it", async () => {
    const cut = rotateMasterKey(path, (at) => {
      if (at === "committed") throw new Error("killed");
    });
    await expect(cut).rejects.toThrow("killed");
    expect(await rotateMasterKey(path)).toMatchObject({ resealed: 0, finished: true });
    await expectEverySecretOpens();
  });

  it("is refused while a node is connected, and changes nothing", async () => {
    const key = await readFile(path, "utf8");
    const node = createPool(database.url, 1);
    await queryRows("SELECT 1", [], node);
    await expect(rotateMasterKey(path)).rejects.toThrow("Stop every node");
    await node.end();
    expect(await readFile(path, "utf8")).toBe(key);
    await expectEverySecretOpens();
  });

  it("is refused with a key file that is not this database's, or none", async () => {
    await rotateMasterKey(path);
    await expect(rotateMasterKey(`${path}.previous`)).rejects.toThrow("not the master key");
    await expect(rotateMasterKey(join(folder, "nothing"))).rejects.toThrow("no key to rotate");
  });

  it("reaches every column of sealed texts that the schema has", async () => {
    const pool = createPool(database.url, 1);
    const rows = await queryRows<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema IN ('public', 'hot') AND udt_name IN ('bytea', '_bytea') ORDER BY 1`,
      [],
      pool,
    );
    await pool.end();
    const sealed = Object.values(sealedPlaces).flat();
    const known = [
      ...sealed
        .filter(({ encoding }) => encoding !== "json")
        .map(({ table, column }) => `${table}.${column}`),
      ...plainByteColumns,
    ];
    expect(rows.map(({ name }) => name)).toEqual(known.sort());
  });
});
