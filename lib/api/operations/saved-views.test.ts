import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deleteViewOperation, listSavedViewsOperation, saveViewOperation } from "./saved-views.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: false });
});
afterAll(() => api.stop());

const view = { list: "logs", name: "Refused today", query: "?status=4xx", hiddenColumns: ["ip"] };
type Call = typeof api.call;
const names = async (call: Call = api.call): Promise<string[]> => {
  const { body } = await call(listSavedViewsOperation, { query: { list: "logs" } });
  return body.items.map((item: { name: string }) => item.name);
};

describe("saved views", () => {
  it("are each person's own: nobody sees or deletes another's", async () => {
    const saved = await api.call(saveViewOperation, { body: view });
    expect(saved.status).toBe(201);
    expect(saved.body).toMatchObject(view);
    const other = await api.as("owner");
    expect(await names(other)).toEqual([]);
    const stolen = await other(deleteViewOperation, { params: { id: saved.body.id } });
    expect(stolen.status).toBe(404);
    expect(await names()).toEqual(["Refused today"]);
    expect((await api.call(deleteViewOperation, { params: { id: saved.body.id } })).status).toBe(204);
    expect(await names()).toEqual([]);
  });

  it("replace the one of the same name", async () => {
    await api.call(saveViewOperation, { body: view });
    const again = await api.call(saveViewOperation, { body: { ...view, query: "?status=5xx" } });
    expect(again.body.query).toBe("?status=5xx");
    expect(await names()).toEqual(["Refused today"]);
  });

  it("are 200 at most, also when many are saved at once; at the limit the same name still replaces", async () => {
    const call = await api.as("support");
    const save = (name: string, query = "") => call(saveViewOperation, { body: { ...view, name, query } });
    for (let index = 0; index < 199; index += 1) await save(`View ${index}`);
    const last = await Promise.all([save("One"), save("Two"), save("Three")]);
    expect(last.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(await save("View 7", "?status=5xx")).toMatchObject({
      status: 201,
      body: { query: "?status=5xx" },
    });
    expect(await save("Four")).toMatchObject({ status: 409, body: { code: "too_many_views" } });
    expect(await names(call)).toHaveLength(200);
  });

  it("take no address of another page", async () => {
    const refused = await api.call(saveViewOperation, { body: { ...view, query: "https://evil.example" } });
    expect(refused.status).toBe(422);
  });
});
