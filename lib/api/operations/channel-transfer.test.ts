import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { prisma } from "#lib/db/client";
import { open } from "#lib/secrets/live";
import { exportChannelsOperation, importChannelsOperation } from "./channel-transfer.ts";
import { listChannelsOperation as list } from "./channels.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());
beforeEach(async () => {
  await prisma().channel.deleteMany({});
});

const HEAD = "name,provider,baseUrl,credential,models,groups,priority,timeouts.idleMs,caps.rpm";
const GOOD = `Main,openai-compatible,https://api.example.com/v1,sk-canary-3,"gpt-4o; mini=gpt-4o-mini#4096",default; training,7,9000,60`;
const send = (csv: string, more: object = {}) =>
  api.call(importChannelsOperation, { body: { csv, ...more } });
const count = async () => (await api.call(list)).body.items.length as number;

describe("an import of channels", () => {
  it("shows first, line by line, what would come of it", async () => {
    const bad = "Bad,telepathy,ftp://x,,a; a,nowhere,1.5,0,";
    const checked = await send(`${HEAD}\n${GOOD}\n${bad}`, { check: true });
    expect(checked.status).toBe(200);
    expect(checked.body).toMatchObject({
      created: 0,
      lines: [
        { line: 2, name: "Main", models: 2, hasCredential: true, problems: {} },
        {
          line: 3,
          name: "Bad",
          problems: { provider: expect.any(String), "timeouts.idleMs": expect.any(String) },
        },
      ],
    });
    expect(JSON.stringify(checked.body)).not.toContain("canary");
    expect(await count()).toBe(0);
  });

  it("makes all of them, with their credentials sealed", async () => {
    const made = await send(`${HEAD}\n${GOOD}\nSim,simulator,,,sim-chat,,,,`);
    expect(made).toMatchObject({ status: 200, body: { created: 2 } });
    const row = await prisma().channel.findFirstOrThrow({
      where: { name: "Main" },
      include: { models: true },
    });
    expect(row).toMatchObject({ priority: 7, timeouts: { idleMs: 9000 }, caps: { rpm: 60 } });
    expect(row.groups).toEqual(["default", "training"]);
    expect(row.models).toContainEqual(
      expect.objectContaining({ model: "mini", upstreamModel: "gpt-4o-mini", contextWindow: 4096 }),
    );
    expect(open(row.credential ?? new Uint8Array(), "channel.credential")).toBe("sk-canary-3");
  });

  it("makes none when one line has a problem, and names line and field", async () => {
    const refused = await send(`${HEAD}\n${GOOD}\nMeta,openai-compatible,http://169.254.169.254/,,m,,,,`);
    expect(refused).toMatchObject({
      status: 422,
      body: { fields: { "line 3 baseUrl": expect.any(String) } },
    });
    expect(await count()).toBe(0);
  });

  it("of the same file twice is refused: the names are taken", async () => {
    await send(`${HEAD}\n${GOOD}`);
    const again = await send(`${HEAD}\n${GOOD}`);
    expect(again).toMatchObject({
      status: 422,
      body: { fields: { "line 2 name": expect.stringContaining("already") } },
    });
    const twice = await send(`${HEAD}\nSim,simulator,,,a,,,,\nSim,simulator,,,a,,,,`, { check: true });
    expect(twice.body.lines[1].problems).toHaveProperty("name");
  });

  it.each([
    ["", "no channel|empty"],
    [HEAD, "no channel"],
    ["name,provider\nA,simulator", "models"],
    [`${HEAD},colour\nA`, "colour"],
    [`${HEAD}\n"A`, "line 2"],
    [`name,provider,models\nA,simulator,m,extra`, "line 2"],
  ])("that is no table is refused: %j", async (csv, words) => {
    const refused = await send(csv);
    expect(refused).toMatchObject({ status: 422, body: { fields: { csv: expect.stringMatching(words) } } });
  });

  it("wants the password entered lately, for it may hold credentials; a check does not", async () => {
    const idle = await api.as("operator", 16 * 60_000);
    const csv = `${HEAD}\n${GOOD}`;
    expect((await idle(importChannelsOperation, { body: { csv } })).status).toBe(403);
    expect((await idle(importChannelsOperation, { body: { csv, check: true } })).status).toBe(200);
  });
});

describe("an export of channels", () => {
  it("brings every option back when it is read again", async () => {
    const head = "name,provider,baseUrl,models,caps.rpm,injectUsage,timeouts.totalMs,timeouts.modalities";
    const limits = '"reasoning.firstTokenMs=90000; video.headersMs=900000; video.idleMs=5000"';
    await send(`${head}\nWhole,openai-compatible,http://127.0.0.1:9/v1,m=n#9000,60,false,7000,${limits}`);
    const written = async () =>
      String((await api.call(exportChannelsOperation, { query: { q: "Whole" } })).body);
    const before = await written();
    await prisma().channel.deleteMany({ where: { name: "Whole" } });
    expect((await send(before)).body).toMatchObject({ created: 1 });
    expect(await written()).toBe(before);
    expect(await prisma().channel.findFirstOrThrow({ where: { name: "Whole" } })).toMatchObject({
      injectUsage: false,
      timeouts: {
        totalMs: 7000,
        modalities: { reasoning: { firstTokenMs: 90_000 }, video: { headersMs: 900_000, idleMs: 5_000 } },
      },
    });
    const wrong = await send(
      `name,provider,models,injectUsage,timeouts.modalities\nA,simulator,m,perhaps,poetry is slow`,
    );
    expect(wrong.body.fields).toMatchObject({
      "line 2 injectUsage": expect.any(String),
      "line 2 timeouts.modalities": expect.any(String),
    });
  });

  it("holds no credential, and is what the import reads", async () => {
    await send(`${HEAD}\n${GOOD}\n"=cmd(),""x""",simulator,,,sim-chat,,,,`);
    const file = await api.call(exportChannelsOperation);
    expect(file.headers.get("content-type")).toContain("text/csv");
    const text = String(file.body);
    expect(text).not.toContain("canary");
    expect(text).toContain(`"'=cmd(),""x"""`);
    await prisma().channel.deleteMany({});
    expect(await send(text)).toMatchObject({ status: 200, body: { created: 2 } });
    const again = await api.call(exportChannelsOperation);
    // Newest first, so that the lines come the other way round.
    const linesOf = (csv: string) => csv.split("\r\n").sort();
    expect(linesOf(String(again.body))).toEqual(linesOf(text));
  });
});
