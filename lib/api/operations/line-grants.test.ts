import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prisma } from "#lib/db/client";
import { pool } from "#lib/db/pool";
import { grantKey, isOpen } from "#lib/groups/access";
import { listEnding } from "#lib/groups/grant-store";
import { remindOfLineEnds } from "#lib/limits/line-ending-service";
import { applyChanges, emptySnapshot } from "#lib/snapshot/snapshot";
import { readChanges } from "#lib/snapshot/store";
import { createAccountOperation } from "./accounts.ts";
import { listAuditLog } from "./audit-log.ts";
import {
  createGroupOperation,
  listGrantsOperation as list,
  putGrantOperation as put,
  revokeGrantOperation as revoke,
  updateGroupOperation as update,
} from "./groups.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let accountId: string;
const snapshot = emptySnapshot();
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  accountId = (await api.call(createAccountOperation, { body: { name: "Acme" } })).body.id;
});
afterAll(() => api.stop());

/** What a node that has heard of everything says of a call. */
const isAllowed = async (group: string, model: string, atMs = Date.now()) => {
  applyChanges(snapshot, await readChanges(pool(), snapshot.revision, () => null));
  return isOpen(snapshot.lines.get(group), snapshot.grants.get(grantKey(group, accountId)), model, atMs);
};
const paramsOf = (id: string) => ({ id, accountId });

describe("a line's models", () => {
  it("are open on the default and enterprise lines, and need a grant on the training line", async () => {
    expect(await isAllowed("default", "gpt-4o")).toBe(true);
    expect(await isAllowed("enterprise", "gpt-4o")).toBe(true);
    expect(await isAllowed("training", "gpt-4o")).toBe(false);
  });

  it("are activated per account and model until a time, changed, and taken back", async () => {
    const ends = new Date(Date.now() + 3_600_000).toISOString();
    const made = await api.call(put, {
      params: paramsOf("training"),
      body: { models: ["gpt-4o"], expiresAt: ends, note: "Asked for in October" },
    });
    expect(made).toMatchObject({
      status: 200,
      body: { groupId: "training", accountId, accountName: "Acme", models: ["gpt-4o"], expiresAt: ends },
    });
    expect(await isAllowed("training", "gpt-4o")).toBe(true);
    expect(await isAllowed("training", "gpt-4o-mini")).toBe(false);
    expect(await isAllowed("training", "gpt-4o", Date.parse(ends))).toBe(false);

    await api.call(put, { params: paramsOf("training"), body: {} });
    expect(await isAllowed("training", "gpt-4o-mini", Date.parse(ends) * 2)).toBe(true);
    expect((await api.call(list, { params: { id: "training" } })).body.items).toHaveLength(1);

    expect((await api.call(revoke, { params: paramsOf("training") })).status).toBe(204);
    expect((await api.call(revoke, { params: paramsOf("training") })).status).toBe(404);
    expect(await isAllowed("training", "gpt-4o")).toBe(false);
    const { items } = (await api.call(listAuditLog, { query: { targetId: accountId } })).body;
    expect(items.map((entry: { action: string }) => entry.action)).toEqual(
      expect.arrayContaining(["line-grant.set", "line-grant.revoke"]),
    );
  });

  it("end each at its own time, on every node; the account is told three days before, once", async () => {
    const ends = (number: number) => new Date(Date.now() + number * 86_400_000).toISOString();
    const [soon, later] = [ends(2), ends(9)];
    const models = ["gpt-4o", "gpt-4o-mini", "o3"];
    const body = { models, expiresAt: later, modelEnds: { "gpt-4o": soon, o3: null } };
    const made = await api.call(put, { params: paramsOf("training"), body });
    expect(made.body).toMatchObject({ models, expiresAt: later, modelEnds: { "gpt-4o": soon, o3: null } });
    const allowedAt = async (at: string) =>
      Promise.all(models.map((model) => isAllowed("training", model, Date.parse(at))));
    expect(await allowedAt(ends(1))).toEqual([true, true, true]);
    expect(await allowedAt(soon)).toEqual([false, true, true]);
    expect(await allowedAt(later)).toEqual([false, false, true]);

    await prisma().account.update({ where: { id: accountId }, data: { email: "acme@example.com" } });
    const told = async (at: number) => {
      const runs = await Promise.all([1, 2].map(() => remindOfLineEnds(new Date(at))));
      return runs.reduce((sum, count) => sum + count, 0);
    };
    expect(await told(Date.now() - 2 * 86_400_000)).toBe(0);
    expect(await told(Date.now())).toBe(1);
    expect(await told(Date.now() + 3_600_000)).toBe(0);
    expect(await told(Date.parse(later) - 3_600_000)).toBe(1);
    const mails = await prisma().mail.findMany({
      where: { template: "line-grant-ending" },
      orderBy: { id: "asc" },
    });
    expect(mails.map(({ to }) => to)).toEqual(["acme@example.com", "acme@example.com"]);
    expect(mails[0]?.text).toContain("gpt-4o:");
    expect(mails[0]?.text).not.toContain("gpt-4o-mini");
    expect(mails[1]?.text).toContain("gpt-4o-mini");

    const stray = { models: ["gpt-4o"], modelEnds: { o3: null } };
    const refused = await api.call(put, { params: paramsOf("training"), body: stray });
    expect(refused).toMatchObject({ status: 422, body: { fields: { modelEnds: expect.any(String) } } });
    await api.call(revoke, { params: paramsOf("training") });
  });

  it("activated later with an earlier end is told too; what is open by then is not", async () => {
    const ends = (number: number) => new Date(Date.now() + number * 86_400_000).toISOString();
    const ask = { name: "Evening", access: "granted", grantedModels: ["gpt-4o", "o3"] };
    const { id } = (await api.call(createGroupOperation, { body: ask })).body;
    const grant = (modelEnds: Record<string, string>) =>
      api.call(put, { params: paramsOf(id), body: { models: Object.keys(modelEnds), modelEnds } });
    const told = async () => {
      const count = await remindOfLineEnds(new Date());
      const last = await prisma().mail.findFirst({
        where: { template: "line-grant-ending" },
        orderBy: { id: "desc" },
      });
      return count === 0 ? null : last?.text;
    };
    const late = ends(2.5);
    // A model that needs no grant there goes on being answered after its end.
    await grant({ "gpt-4o": late, "gpt-4o-mini": late });
    const first = await told();
    expect(first).toContain("gpt-4o:");
    expect(first).not.toContain("gpt-4o-mini");
    expect(await told()).toBeNull();
    // The same ends once more are no news; another's is, though it is before what was told.
    await grant({ "gpt-4o": late });
    expect(await told()).toBeNull();
    await grant({ "gpt-4o": late, o3: ends(1) });
    expect(await told()).toContain("o3:");
    expect(await told()).toBeNull();

    await grant({ "gpt-4o": ends(2), o3: ends(1) });
    await api.call(update, { params: { id }, body: { access: "open" } });
    expect(await told()).toBeNull();
    await api.call(update, { params: { id }, body: { access: "granted" } });
    expect(await told()).toContain("gpt-4o:");
    await api.call(revoke, { params: paramsOf(id) });
  });

  it("that end within a time are found by pages, and none that end before or after", async () => {
    const from = new Date(Date.now() + 100 * 86_400_000);
    const at = (days: number) => new Date(from.getTime() + days * 86_400_000);
    const grant = async (id: string, body: object) => {
      await api.call(createGroupOperation, { body: { id, name: id, access: "granted" } });
      expect((await api.call(put, { params: paramsOf(id), body })).status).toBe(200);
    };
    await grant("ending-a", { expiresAt: at(1).toISOString() });
    await grant("ending-b", { models: ["o3"], modelEnds: { o3: at(2).toISOString() } });
    await grant("ending-c", { expiresAt: at(8).toISOString() });
    await grant("ending-d", { expiresAt: at(-8).toISOString() });
    await grant("ending-e", { expiresAt: null });
    const found: string[] = [];
    let after: Awaited<ReturnType<typeof listEnding>>[number] | null = null;
    do {
      const page: Awaited<ReturnType<typeof listEnding>> = await listEnding({ from, to: at(3) }, after, 1);
      expect(page.length).toBeLessThanOrEqual(1);
      after = page[0] ?? null;
      if (after !== null) found.push(after.groupId);
    } while (after !== null);
    expect(found).toEqual(["ending-a", "ending-b"]);
  });

  it("that need a grant can be some of them, on any line", async () => {
    const body = { name: "Batch", access: "granted", grantedModels: ["gpt-4o"] };
    expect((await api.call(createGroupOperation, { body })).body).toMatchObject(body);
    expect(await isAllowed("batch", "gpt-4o")).toBe(false);
    expect(await isAllowed("batch", "gpt-4o-mini")).toBe(true);
    const opened = await api.call(update, { params: { id: "batch" }, body: { access: "open" } });
    expect(opened.body).toMatchObject({ access: "open", grantedModels: ["gpt-4o"] });
    expect(await isAllowed("batch", "gpt-4o")).toBe(true);
  });

  it("are granted by operators alone, of lines and accounts that there are", async () => {
    const support = await api.as("support");
    expect((await support(put, { params: paramsOf("training"), body: {} })).status).toBe(403);
    expect((await api.call(put, { params: paramsOf("gold"), body: {} })).status).toBe(404);
    const nobody = { id: "training", accountId: "00000000-0000-7000-8000-00000000000f" };
    expect((await api.call(put, { params: nobody, body: {} })).status).toBe(404);
    expect((await api.call(put, { params: { id: "training", accountId: "x" }, body: {} })).status).toBe(404);
  });
});
