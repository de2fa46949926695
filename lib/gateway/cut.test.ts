import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "./testing.ts";

let gate: TestGateway;
beforeAll(async () => {
  gate = await startTestGateway();
  await gate.addChannel({ m: "m" });
});
afterAll(() => gate.stop());

const headers = {
  "x-sim-prompt-tokens": "7",
  "x-sim-completion-tokens": "2000",
  "x-sim-chunks": "2000",
  "x-sim-chunk-ms": "5",
};
const body = { model: "m", messages: [{ role: "user", content: "hi" }], stream: true };

async function startStream(secret: string, ip: string) {
  const response = await gate.call(body, secret, { headers, ip });
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error("no stream");
  for (let i = 0; i < 5; i += 1) await reader.read();
  return {
    reader,
    /** What is left of it, to its end. */
    async rest(): Promise<string> {
      let text = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return text;
        text += Buffer.from(value).toString("utf8");
      }
    },
    row: async () => {
      const id = response.headers.get("x-request-id");
      return (await gate.rows()).find((row) => row.request_id === id);
    },
  };
}

describe("a running stream", () => {
  it("ends with an error event when its key is suspended, and is billed for what was delivered", async () => {
    const account = await gate.addAccount();
    const key = await gate.addKey(account);
    const stream = await startStream(key, "203.0.113.9");
    await gate.fenceKey(key, { status: "disabled" });
    const rest = await stream.rest();
    expect(rest).toContain("key_disabled");
    expect(rest).not.toContain("[DONE]");
    const row = await stream.row();
    expect(row).toMatchObject({ status: 401, error_code: "key_disabled", usage_source: "counted" });
    expect(Number(row?.completion_tokens)).toBeGreaterThan(3);
    expect(Number(row?.completion_tokens)).toBeLessThan(1500);
    expect(await gate.funds(account)).toMatchObject({ held: 0n });
  });

  it("is settled though its client does not read on", async () => {
    const account = await gate.addAccount();
    const key = await gate.addKey(account);
    const stream = await startStream(key, "203.0.113.9");
    await gate.fenceKey(key, { status: "disabled" });
    await expect.poll(async () => (await stream.row())?.error_code, { timeout: 10_000 }).toBe("key_disabled");
    expect(await stream.rest()).toContain("key_disabled");
  });

  it("ends where its network is blocked, and goes on from every other", async () => {
    const key = await gate.addKey(await gate.addAccount());
    const [thief, owner] = [await startStream(key, "203.0.113.9"), await startStream(key, "198.51.100.4")];
    await gate.fenceKey(key, { deniedCidrs: ["203.0.113.0/24"] });
    expect(await thief.rest()).toContain("ip_not_allowed");
    for (let i = 0; i < 5; i += 1) expect((await owner.reader.read()).done).toBe(false);
    await owner.reader.cancel();
    const refused = await gate.call(body, key, { ip: "203.0.113.77" });
    expect([refused.status, (await refused.json()).error.code]).toEqual([403, "ip_not_allowed"]);
  });

  it("goes on where the policy leaves running streams alone", async () => {
    const key = await gate.addKey(await gate.addAccount());
    const stream = await startStream(key, "203.0.113.9");
    await gate.fenceKey(key, { status: "disabled", cut: false });
    for (let i = 0; i < 5; i += 1) expect((await stream.reader.read()).done).toBe(false);
    await stream.reader.cancel();
    expect((await gate.call(body, key)).status).toBe(401);
  });
});
