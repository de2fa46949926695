import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGroupOperation } from "./groups.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

describe("lines that several people make at once", () => {
  it("are made once: who comes second is told that the line exists", async () => {
    const make = () => api.call(createGroupOperation, { body: { id: "night", name: "Night" } });
    const answers = await Promise.all([make(), make(), make()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: "group_exists" });
  });
});
