import type { IncomingMessage, ServerResponse } from "node:http";
import zlib from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UpstreamAnswer } from "#lib/providers/testing";
import { startTestGateway, type TestGateway } from "./testing.ts";

let gate: TestGateway;
let key: string;
beforeAll(async () => {
  gate = await startTestGateway();
  key = await gate.addKey(await gate.addAccount());
});
afterAll(() => gate.stop());

const COMPLETION = JSON.stringify({
  object: "chat.completion",
  choices: [{ index: 0, message: { role: "assistant", content: "hello there" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
});
const chunk = (content: string, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;

const ok: UpstreamAnswer = (response) => respond(response, 200, COMPLETION);
const hang: UpstreamAnswer = () => {};
const refusal =
  (status: number, error: object, headers: Record<string, string> = {}): UpstreamAnswer =>
  (response) =>
    respond(response, status, JSON.stringify({ error }), headers);

function respond(response: ServerResponse, status: number, body: string | Buffer, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body);
}

async function call(model: string, more: object = {}) {
  const response = await gate.call({ model, messages: [{ role: "user", content: "hi" }], ...more }, key);
  const text = await response.text();
  const id = response.headers.get("x-request-id");
  const row = (await gate.rows()).find((one) => one.request_id === id);
  return { status: response.status, text, row };
}

describe("an upstream that encodes its answer though it was not asked to", () => {
  it.each([
    ["gzip", zlib.gzipSync],
    ["deflate", zlib.deflateSync],
    ["br", zlib.brotliCompressSync],
    ["zstd", zlib.zstdCompressSync],
  ])("is decoded and billed as if it had not: %s", async (encoding, encode) => {
    const model = gate.spareModel();
    const { baseUrl } = await gate.startUpstream((response) =>
      respond(response, 200, encode(Buffer.from(COMPLETION)), { "content-encoding": encoding }),
    );
    await gate.addChannel({ [model]: "x" }, { baseUrl });
    const { status, text, row } = await call(model);
    expect([status, text]).toEqual([200, COMPLETION]);
    expect(row).toMatchObject({ cost: 25_000n, usage_source: "upstream" });
  });

  it("is passed on event by event as it flushes them", async () => {
    const model = gate.spareModel();
    const flow: { release?: () => void } = {};
    const { baseUrl } = await gate.startUpstream((response) => {
      response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" });
      const gzip = zlib.createGzip();
      gzip.pipe(response);
      gzip.write(chunk("first"));
      gzip.flush();
      flow.release = () => gzip.end(`${chunk("last", "stop")}data: [DONE]\n\n`);
    });
    await gate.addChannel({ [model]: "x" }, { baseUrl });
    const body = { model, messages: [{ role: "user", content: "hi" }], stream: true };
    const reader = (await gate.call(body, key)).body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).toContain("first");
    flow.release?.();
    let rest = "";
    for (let step = await reader?.read(); step?.done === false; step = await reader?.read()) {
      rest += Buffer.from(step.value).toString();
    }
    expect(rest).toContain("last");
    expect(rest.endsWith("data: [DONE]\n\n")).toBe(true);
  });

  it.each([false, true])("fails over when it does not decode (stream: %s)", async (stream) => {
    const model = gate.spareModel();
    const bad = await gate.startUpstream((response) =>
      respond(response, 200, "this is no gzip", {
        "content-encoding": "gzip",
        ...(stream ? { "content-type": "text/event-stream" } : {}),
      }),
    );
    const good = await gate.startUpstream((response) =>
      stream
        ? respond(response, 200, `${chunk("fine", "stop")}data: [DONE]\n\n`, {
            "content-type": "text/event-stream",
          })
        : ok(response, {} as IncomingMessage, Buffer.alloc(0)),
    );
    await gate.addChannel({ [model]: "x" }, { baseUrl: bad.baseUrl, priority: 1 });
    await gate.addChannel({ [model]: "x" }, { baseUrl: good.baseUrl });
    const { status, row } = await call(model, { stream });
    expect(status).toBe(200);
    expect(row?.attempts).toMatchObject([{ errorClass: "bad_encoding" }, { errorClass: null }]);
  });
});

describe("time limits", () => {
  it("let a stream go on to the next channel when no first token comes; the last one may take longer", async () => {
    const model = gate.spareModel();
    const silent = await gate.startUpstream(hang);
    const late = await gate.startUpstream((response) => {
      setTimeout(() => {
        respond(response, 200, `${chunk("late", "stop")}data: [DONE]\n\n`, {
          "content-type": "text/event-stream",
        });
      }, 300);
    });
    const timeouts = { firstTokenMs: 100, headersMs: 5_000 };
    await gate.addChannel({ [model]: "x" }, { baseUrl: silent.baseUrl, priority: 1, timeouts });
    await gate.addChannel({ [model]: "x" }, { baseUrl: late.baseUrl, timeouts });
    const { status, text, row } = await call(model, { stream: true });
    expect([status, text]).toEqual([200, expect.stringContaining("late")]);
    expect(row?.attempts).toMatchObject([
      { errorClass: "first_token_timeout", reason: "only" },
      { errorClass: null },
    ]);
  });

  it("stand over all attempts together", async () => {
    const model = gate.spareModel();
    const silent = await gate.startUpstream(hang);
    const timeouts = { headersMs: 200, totalMs: 300 };
    for (const priority of [2, 1, 0]) {
      await gate.addChannel({ [model]: "x" }, { baseUrl: silent.baseUrl, priority, timeouts });
    }
    const { status, row } = await call(model);
    expect(status).toBe(504);
    expect(row?.attempts).toMatchObject([{ errorClass: "headers_timeout" }, { errorClass: "total_timeout" }]);
  });

  it("between parts of a body begin anew with each part", async () => {
    const model = gate.spareModel();
    const { baseUrl } = await gate.startUpstream((response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const parts = COMPLETION.match(/.{1,20}/g) ?? [];
      const drip = setInterval(() => {
        const part = parts.shift();
        if (part !== undefined) response.write(part);
        else response.end(() => clearInterval(drip));
      }, 40);
    });
    await gate.addChannel({ [model]: "x" }, { baseUrl, timeouts: { idleMs: 200 } });
    expect(await call(model)).toMatchObject({ status: 200, text: COMPLETION });
  });
});

describe("a rate limit", () => {
  it("is waited for, as long as upstream says, when there is no other channel", async () => {
    const model = gate.spareModel();
    const limited = refusal(429, { message: "slow down" }, { "retry-after": "1" });
    const { baseUrl, seen } = await gate.startUpstream(limited, ok);
    await gate.addChannel({ [model]: "x" }, { baseUrl });
    const { status, row } = await call(model);
    expect(status).toBe(200);
    expect(seen.calls).toBe(2);
    const [first, second] = (row?.attempts ?? []) as { startMs: number }[];
    expect(first).toMatchObject({ errorClass: "rate_limited" });
    expect(second).toMatchObject({ reason: "waited" });
    expect((second?.startMs ?? 0) - (first?.startMs ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it.each([429, 401])(
    "of one channel without a credential says nothing of another one's (%i)",
    async (status) => {
      const model = gate.spareModel();
      const limited = await gate.startUpstream(refusal(status, { message: "no" }, { "retry-after": "60" }));
      const other = await gate.startUpstream(ok);
      await gate.addChannel({ [model]: "x" }, { baseUrl: limited.baseUrl, priority: 1 });
      await gate.addChannel({ [model]: "x" }, { baseUrl: other.baseUrl });
      expect(await call(model)).toMatchObject({ status: 200, text: COMPLETION });
      expect([limited.seen.calls, other.seen.calls]).toEqual([1, 1]);
    },
  );

  it("that is longer than a client waits is not waited for", async () => {
    const model = gate.spareModel();
    const { baseUrl, seen } = await gate.startUpstream(
      refusal(429, { message: "tomorrow" }, { "retry-after": "86400" }),
    );
    await gate.addChannel({ [model]: "x" }, { baseUrl });
    expect(await call(model)).toMatchObject({ status: 502 });
    expect(seen.calls).toBe(1);
  });
});

describe("faults that are the request's own", () => {
  const tooLong = {
    message: "This model's maximum context length is 8192 tokens.",
    code: "context_length_exceeded",
  };

  it("a prompt that is too long goes to a channel with a larger window", async () => {
    const model = gate.spareModel();
    const small = await gate.startUpstream(refusal(400, tooLong));
    const same = await gate.startUpstream(ok);
    const large = await gate.startUpstream(ok);
    const of = (tokens: number) => ({ windows: { [model]: tokens } });
    await gate.addChannel({ [model]: "x" }, { baseUrl: small.baseUrl, priority: 2, ...of(8_192) });
    await gate.addChannel({ [model]: "x" }, { baseUrl: same.baseUrl, priority: 1, ...of(8_192) });
    const largest = await gate.addChannel({ [model]: "x" }, { baseUrl: large.baseUrl, ...of(128_000) });
    const { status, row } = await call(model);
    expect(status).toBe(200);
    expect(row?.attempts).toMatchObject([
      { errorClass: "context_length" },
      { channelId: largest, reason: "larger_context" },
    ]);
    expect(same.seen.calls).toBe(0);
  });

  it.each([
    ["a prompt that is too long, without such a channel", 400, tooLong, "context_length_exceeded"],
    [
      "a breach of the provider's policy",
      400,
      { message: "no", code: "content_policy_violation" },
      "content_policy_violation",
    ],
    ["a bad field", 422, { message: "temperature", code: "bad_value" }, "bad_value"],
  ])("%s is told as it is, and no other channel is asked", async (_, status, error, code) => {
    const model = gate.spareModel();
    const first = await gate.startUpstream(refusal(status, error));
    const other = await gate.startUpstream(ok);
    await gate.addChannel({ [model]: "x" }, { baseUrl: first.baseUrl, priority: 1 });
    await gate.addChannel({ [model]: "x" }, { baseUrl: other.baseUrl });
    for (let i = 0; i < 6; i += 1) {
      const answer = await call(model);
      expect(answer.status).toBe(status);
      expect(JSON.parse(answer.text)).toMatchObject({ error: { code, message: error.message } });
    }
    // Nor does it count against the channel.
    expect([first.seen.calls, other.seen.calls]).toEqual([6, 0]);
  });
});

const isTried = (row: Record<string, unknown> | undefined) =>
  Array.isArray(row?.attempts) && row.attempts.length > 0;

describe("a channel that is out", () => {
  it("is not asked, and the client hears what those heard who found it out", async () => {
    const model = gate.spareModel();
    const { baseUrl, seen } = await gate.startUpstream((response) => response.socket?.destroy());
    await gate.addChannel({ [model]: "x" }, { baseUrl });
    const answers = [];
    for (let i = 0; i < 5; i += 1) answers.push(await call(model));
    expect(seen.calls).toBe(5);
    // At once: after a second a call may pass as a probe.
    answers.push(await call(model));
    expect(seen.calls).toBe(5);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([502]));
    expect(answers.at(-1)?.row?.attempts).toEqual([]);
  });

  it("leaves a row that says of each why nobody was asked, and when one will be", async () => {
    const model = gate.spareModel();
    const broken = await gate.startUpstream((response) => response.socket?.destroy());
    const limited = await gate.startUpstream(refusal(429, { message: "later" }, { "retry-after": "50" }));
    const out = await gate.addChannel({ [model]: "x" }, { baseUrl: broken.baseUrl, priority: 1 });
    const cooling = await gate.addChannel({ [model]: "x" }, { baseUrl: limited.baseUrl });
    const first = await call(model);
    expect(first.row).toMatchObject({ attempts: [{ channelId: out }, { channelId: cooling }] });
    expect(first.row?.passed_over).toBeNull();
    let last = first;
    for (let i = 0; i < 5 && isTried(last.row); i += 1) last = await call(model);
    expect(last).toMatchObject({ status: 502, row: { attempts: [] } });
    expect(last.row?.passed_over).toEqual([
      { channelId: out, why: "connection_lost", retryAtMs: expect.any(Number) },
      { channelId: cooling, why: "cooling", retryAtMs: expect.any(Number) },
    ]);
    const [, second] = (last.row?.passed_over ?? []) as { retryAtMs: number }[];
    expect((second?.retryAtMs ?? 0) - Date.now()).toBeGreaterThan(30_000);
    expect((second?.retryAtMs ?? 0) - Date.now()).toBeLessThan(51_000);
  });

  it("or for others only is named too where nobody may take the call", async () => {
    const model = gate.spareModel();
    const { baseUrl } = await gate.startUpstream(ok);
    const dedicated = await gate.addChannel({ [model]: "x" }, { baseUrl, groups: ["others"] });
    expect(await call(model)).toMatchObject({ status: 503 });
    const refused = async () => (await gate.rows()).find((row) => row.model === model);
    await expect.poll(refused, { timeout: 5_000 }).toMatchObject({
      error_code: "no_channel_available",
      attempts: [],
      passed_over: [{ channelId: dedicated, why: "other_group" }],
    });
  });

  it("is passed over, and the log says so", async () => {
    const model = gate.spareModel();
    const [bad, good] = [
      await gate.startUpstream(refusal(403, { message: "no" })),
      await gate.startUpstream(ok),
    ];
    const out = await gate.addChannel({ [model]: "x" }, { baseUrl: bad.baseUrl, priority: 1 });
    await gate.addChannel({ [model]: "x" }, { baseUrl: good.baseUrl });
    await call(model);
    expect((await call(model)).row?.attempts).toMatchObject([
      { reason: "only", passedOver: [{ channelId: out, why: "forbidden" }] },
    ]);
  });

  it.each([
    [404, "a model that was missing"],
    [402, "a credential whose quota was used up"],
    [401, "a credential that was refused"],
  ])(
    "comes back though nobody calls: a probe asks it, marked, bounded, and paid by the house (%i, %s)",
    async (refused) => {
      const model = gate.spareModel();
      const { baseUrl, seen } = await gate.startUpstream(
        refusal(refused, { message: "gone" }),
        (response, request, body) =>
          request.headers.accept === "text/event-stream"
            ? respond(response, 200, `${chunk("pong", "stop")}data: [DONE]\n\n`, {
                "content-type": "text/event-stream",
              })
            : ok(response, request, body),
      );
      await gate.addChannel({ [model]: "x" }, { baseUrl });
      expect(await call(model)).toMatchObject({ status: 502 });
      const probe = async () =>
        (await gate.rows()).find((row) => row.model === model && row.user_agent === "tollgate/probe");
      await expect.poll(probe, { timeout: 10_000 }).toMatchObject({
        account_id: "00000000-0000-7000-8000-000000000002",
        key_id: null,
        status: 200,
        attempts: [{ reason: "probe" }],
      });
      expect((await probe())?.cost).toBeGreaterThan(0n);
      expect(seen.calls).toBe(2);
      expect(await call(model)).toMatchObject({ status: 200 });
      const { proveLedger } = await import("#lib/ledger/proof-store");
      expect((await proveLedger()).differences).toEqual([]);
    },
  );
});
