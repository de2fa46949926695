import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "./testing.ts";

let gate: TestGateway;
beforeAll(async () => {
  gate = await startTestGateway();
  await gate.addChannel({ m: "m", free: "free" });
});
afterAll(() => gate.stop());

const sim = (prompt: number, completion: number, more: Record<string, string> = {}) => ({
  headers: { "x-sim-prompt-tokens": `${prompt}`, "x-sim-completion-tokens": `${completion}`, ...more },
});
const ask = (more: object = {}) => ({ model: "m", messages: [{ role: "user", content: "hi" }], ...more });

async function rowOf(response: Response) {
  const id = response.headers.get("x-request-id");
  return (await gate.rows()).find((row) => row.request_id === id);
}

describe("a call that succeeds", () => {
  it("is answered after its row, ledger entry and balance are committed, exactly", async () => {
    const account = await gate.addAccount({ balanceNanoUsd: 1_000_000_000n });
    const key = await gate.addKey(account);
    const response = await gate.call(ask({ max_tokens: 50 }), key, sim(11, 7));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ usage: { prompt_tokens: 11, completion_tokens: 7 } });
    const row = await rowOf(response);
    expect(row).toMatchObject({
      status: 200,
      cost: 25_000n,
      prompt_tokens: 11n,
      completion_tokens: 7n,
      ip: "192.0.2.1",
    });
    expect(await gate.funds(account)).toEqual({ balance: 999_975_000n, held: 0n });
    expect(await gate.ledgerSum(account)).toBe(999_975_000n);
  });

  it("streams each event, hides the usage chunk that the client did not ask for, and settles before [DONE]", async () => {
    const account = await gate.addAccount();
    const key = await gate.addKey(account);
    const response = await gate.call(ask({ stream: true }), key, sim(1000, 30));
    const text = await response.text();
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(text).not.toContain('"usage"');
    expect(await rowOf(response)).toMatchObject({
      status: 200,
      cost: 1_060_000n,
      stream: true,
      usage_source: "upstream",
    });
    const asked = await gate.call(
      ask({ stream: true, stream_options: { include_usage: true } }),
      key,
      sim(5, 5),
    );
    expect(await asked.text()).toContain('"prompt_tokens":5');
  });

  it("is counted by the tokenizer when upstream sends no figures, and says so", async () => {
    const key = await gate.addKey(await gate.addAccount());
    const json = await gate.call(ask(), key, sim(1, 20, { "x-sim-fault": "no-usage" }));
    expect(await rowOf(json)).toMatchObject({ usage_source: "counted", completion_tokens: 20n });
    const stream = await gate.call(ask({ stream: true }), key, sim(1, 20, { "x-sim-fault": "no-usage" }));
    await stream.text();
    const row = await rowOf(stream);
    expect(row).toMatchObject({ usage_source: "counted" });
    expect(Number(row?.completion_tokens)).toBeGreaterThanOrEqual(20);
  });
});

describe("money", () => {
  it("lets exactly one of many parallel calls through when the balance pays for one", async () => {
    // The hold of this call: (1 byte-third + 6 of the protocol) prompt tokens and 100 output tokens.
    const hold = 7n * 1_000n + 100n * 2_000n;
    const account = await gate.addAccount({ balanceNanoUsd: hold + 1_000n });
    const key = await gate.addKey(account);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        gate.call(ask({ max_tokens: 100 }), key, sim(7, 100, { "x-sim-latency-ms": "50" })),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 402)).toHaveLength(49);
    expect(await gate.funds(account)).toEqual({ balance: 1_000n, held: 0n });
  });

  it("keeps a key within its budget", async () => {
    const account = await gate.addAccount();
    const key = await gate.addKey(account, { budgetNanoUsd: 300_000n });
    expect((await gate.call(ask({ max_tokens: 100 }), key, sim(7, 100))).status).toBe(200);
    const refused = await gate.call(ask({ max_tokens: 100 }), key, sim(7, 100));
    expect(refused.status).toBe(402);
    expect(await refused.json()).toMatchObject({ error: { code: "budget_exceeded" } });
    expect(await gate.funds(account)).toMatchObject({ held: 0n });
  });

  it("ends a stream in band when it has used what is held and the money is out", async () => {
    const account = await gate.addAccount({ balanceNanoUsd: 2_100_000n });
    const key = await gate.addKey(account);
    const response = await gate.call(ask({ stream: true }), key, sim(7, 20_000, { "x-sim-chunks": "200" }));
    const text = await response.text();
    expect(text).toContain("insufficient_balance");
    expect(text).not.toContain("[DONE]");
    const row = await rowOf(response);
    expect(row).toMatchObject({ status: 402, usage_source: "counted" });
    const funds = await gate.funds(account);
    expect(funds?.held).toBe(0n);
    expect(funds?.balance).toBe(2_100_000n - (row?.cost ?? 0n));
    expect(funds?.balance).toBe(await gate.ledgerSum(account));
  });

  it("extends the hold of a stream that runs on while there is money", async () => {
    const account = await gate.addAccount();
    const key = await gate.addKey(account);
    const response = await gate.call(ask({ stream: true }), key, sim(7, 20_000, { "x-sim-chunks": "200" }));
    expect(await response.text()).toContain("[DONE]");
    expect(await rowOf(response)).toMatchObject({ status: 200, completion_tokens: 20_000n });
    expect(await gate.funds(account)).toMatchObject({ held: 0n });
  });

  it("bills a stream that upstream cut for what was delivered, and the client sees the fault", async () => {
    const account = await gate.addAccount();
    const key = await gate.addKey(account);
    const response = await gate.call(ask({ stream: true }), key, sim(7, 60, { "x-sim-fault": "cut-late" }));
    const text = await response.text();
    expect(text).toContain("upstream_error");
    expect(text).not.toContain("[DONE]");
    const row = await rowOf(response);
    expect(row).toMatchObject({ status: 502, error_code: "upstream_error", usage_source: "counted" });
    expect(Number(row?.completion_tokens)).toBeGreaterThan(20);
  });

  it("bills what was delivered when the client goes away, and ends the upstream call", async () => {
    const account = await gate.addAccount();
    const key = await gate.addKey(account);
    const slow = sim(7, 1000, { "x-sim-chunks": "1000", "x-sim-chunk-ms": "5" });
    const response = await gate.call(ask({ stream: true }), key, slow);
    const reader = response.body?.getReader();
    for (let i = 0; i < 10; i += 1) await reader?.read();
    await reader?.cancel();
    const row = await rowOf(response);
    expect(row).toMatchObject({ status: 499, error_code: "client_closed", usage_source: "counted" });
    expect(Number(row?.completion_tokens)).toBeGreaterThan(5);
    expect(Number(row?.completion_tokens)).toBeLessThan(100);
    expect(await gate.funds(account)).toMatchObject({ held: 0n });
  });
});

describe("a call that delivers nothing", () => {
  it.each([
    ["500", 502, "upstream_error"],
    ["401", 502, "upstream_error"],
    ["429", 502, "upstream_error"],
    ["404", 502, "upstream_error"],
    ["408", 504, "upstream_timeout"],
    ["400", 400, null],
    ["422", 422, null],
    ["empty", 502, "upstream_error"],
    ["html", 502, "upstream_error"],
    ["cut", 502, "upstream_error"],
    ["refused", 502, "upstream_error"],
  ])("costs nothing (upstream: %s)", async (fault, status, code) => {
    const account = await gate.addAccount();
    const key = await gate.addKey(account);
    const before = await gate.funds(account);
    const response = await gate.call(ask(), key, sim(5, 5, { "x-sim-fault": fault }));
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code: code ?? "invalid_request" } });
    expect(await rowOf(response)).toMatchObject({ status, cost: 0n });
    expect(await gate.funds(account)).toEqual(before);
  });

  it("costs nothing when a stream is cut before its first event", async () => {
    const account = await gate.addAccount();
    const key = await gate.addKey(account);
    const response = await gate.call(ask({ stream: true }), key, sim(5, 5, { "x-sim-fault": "cut-early" }));
    expect(response.status).toBe(502);
    expect(await rowOf(response)).toMatchObject({ cost: 0n });
  });

  it("is not billed when the process died in the middle of it: the next start says so and frees the hold", async () => {
    const account = await gate.addAccount();
    const key = await gate.addKey(account);
    const response = await gate.call(ask({ stream: true }), key, sim(5, 5, { "x-sim-latency-ms": "0" }));
    await response.text();
    // What a killed process leaves behind: an admitted call whose settlement never came.
    const { pool } = await import("#lib/db/pool");
    const { newId } = await import("#lib/runtime/id");
    const row = (await gate.rows()).at(-1);
    const id = newId();
    const log = {
      createdAtMs: Date.now(),
      accountId: account,
      keyId: row?.key_id,
      model: "m",
      endpoint: "/v1/chat/completions",
    };
    await pool().query("SELECT hot.admit($1, $2, $3, $4, NULL, NULL, 5000, $5)", [
      id,
      row?.node_id,
      account,
      row?.key_id,
      JSON.stringify(log),
    ]);
    expect(await gate.funds(account)).toMatchObject({ held: 5000n });
    await gate.restart();
    expect(await gate.funds(account)).toMatchObject({ held: 0n });
    expect((await gate.rows()).find((r) => r.request_id === id)).toMatchObject({
      error_code: "server_interrupted",
      cost: 0n,
    });
  });
});

describe("going on to another channel", () => {
  it("tries the next channel before the first byte, and records both attempts", async () => {
    const failing = await gate.addChannel({ two: "x-500" }, { priority: 10 });
    const healthy = await gate.addChannel({ two: "x" });
    const { pool } = await import("#lib/db/pool");
    await pool().query(`INSERT INTO price_version (id, state, effective_at, published_at, revision)
      SELECT gen_random_uuid(), 'draft', NULL, NULL, 0`);
    const { rows } = await pool().query("SELECT id FROM price_version WHERE state = 'draft'");
    await pool().query(
      `INSERT INTO price_entry (id, version_id, kind, model_id, components) VALUES (gen_random_uuid(), $1, 'model', 'two', '{"input":"1000","output":"1000"}')`,
      [rows[0]?.id],
    );
    await pool().query(
      "UPDATE price_version SET state = 'published', effective_at = now() - interval '1 s', published_at = now(), revision = (SELECT revision + 1 FROM config_revision) WHERE id = $1",
      [rows[0]?.id],
    );
    await pool().query("UPDATE config_revision SET revision = revision + 1");
    const key = await gate.addKey(await gate.addAccount());
    for (const stream of [false, true]) {
      const response = await gate.call(ask({ model: "two", stream }), key, sim(5, 5));
      expect(response.status).toBe(200);
      await response.text();
      const row = await rowOf(response);
      expect(row).toMatchObject({ channel_id: healthy });
      expect(row?.attempts).toMatchObject([
        { channelId: failing, status: 500, errorClass: "server_error" },
        { channelId: healthy, status: 200, errorClass: null },
      ]);
    }
  });
});

describe("refusals", () => {
  const code = async (response: Response) =>
    ((await response.json()) as { error: { code: string } }).error.code;

  it("names what is wrong with the key", async () => {
    const account = await gate.addAccount();
    const good = await gate.addKey(account);
    const mistyped = `${good.slice(0, -1)}${good.endsWith("0") ? "1" : "0"}`;
    expect(await code(await gate.call(ask(), mistyped))).toBe("invalid_api_key");
    expect(await code(await gate.call(ask(), await gate.addKey(account, { status: "disabled" })))).toBe(
      "key_disabled",
    );
    const expired = await gate.addKey(account, { expiresAt: new Date(Date.now() - 1000) });
    expect(await code(await gate.call(ask(), expired))).toBe("key_expired");
    const fenced = await gate.addKey(account, { allowedCidrs: ["198.51.100.0/24", "2001:db8::/32"] });
    expect(await code(await gate.call(ask(), fenced))).toBe("ip_not_allowed");
    expect((await gate.call(ask(), fenced, { ip: "::ffff:198.51.100.7" })).status).toBe(200);
    expect((await gate.call(ask(), fenced, { ip: "2001:db8::1" })).status).toBe(200);
    const narrow = await gate.addKey(account, { models: ["other"] });
    expect(await code(await gate.call(ask(), narrow))).toBe("model_not_allowed");
  });

  it("refuses a model that the line opens by permission, says how to ask, and lets in whom it is granted", async () => {
    const model = gate.spareModel();
    await gate.addChannel({ [model]: model });
    const account = await gate.addAccount();
    const key = await gate.addKey(account);
    await gate.restrict(model);
    const refused = (await (await gate.call(ask({ model }), key)).json()) as {
      error: { code: string; message: string };
    };
    expect(refused.error).toMatchObject({ code: "model_not_allowed" });
    expect(refused.error.message).toContain("Ask for it");
    expect((await gate.call(ask(), key)).status).toBe(200);
    await gate.grant(account, new Date(Date.now() + 60_000));
    expect((await gate.call(ask({ model }), key)).status).toBe(200);
    const ended = new Date(Date.now() - 60_000);
    await gate.grant(account, ended);
    const late = (await (await gate.call(ask({ model }), key)).json()) as typeof refused;
    expect(late.error.code).toBe("model_not_allowed");
    expect(late.error.message).toContain(`ended at ${ended.toISOString()}. `);
    expect(late.error.message).toContain("Ask for it");
  });

  it("names what is wrong with the model", async () => {
    const key = await gate.addKey(await gate.addAccount());
    await gate.addChannel({ unpriced: "unpriced" });
    expect(await code(await gate.call(ask({ model: "nope" }), key))).toBe("model_not_found");
    expect(await code(await gate.call(ask({ model: "unpriced" }), key))).toBe("model_not_priced");
    expect(await code(await gate.call(ask({ model: "bare" }), key))).toBe("model_not_priced");
  });

  it.each([
    [{ messages: [] }, "messages"],
    [{ messages: [{ role: "user", content: "x" }], max_tokens: 0 }, "max_tokens"],
    [{ messages: [{ role: "user", content: "x" }], stream: "yes" }, "stream"],
    [{ messages: [{ role: "user", content: "x" }], n: 1000 }, "n"],
  ])("names the field that is wrong: %j", async (body, param) => {
    const key = await gate.addKey(await gate.addAccount());
    const response = await gate.call({ model: "m", ...body }, key);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "invalid_request", param } });
  });

  it("leaves a row without cost for every refusal", async () => {
    const key = await gate.addKey(await gate.addAccount({ balanceNanoUsd: 0n }));
    const response = await gate.call(ask(), key);
    expect(response.status).toBe(402);
    await gate.restart();
    expect(await rowOf(response)).toMatchObject({
      status: 402,
      error_code: "insufficient_balance",
      cost: 0n,
      model: "m",
    });
  });

  it("serves a model whose price is zero from an empty account", async () => {
    const key = await gate.addKey(await gate.addAccount({ balanceNanoUsd: 0n }));
    expect((await gate.call(ask({ model: "free" }), key, sim(5, 5))).status).toBe(200);
  });
});
