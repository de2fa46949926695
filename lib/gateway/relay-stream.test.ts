import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isStream } from "./exchange.ts";
import { answerIncoming } from "./live.ts";
import { startTestGateway, type TestGateway } from "./testing.ts";
import { fromRequest } from "./web-exchange.ts";

let gate: TestGateway;
let key: string;
beforeAll(async () => {
  gate = await startTestGateway();
  key = await gate.addKey(await gate.addAccount());
});
afterAll(() => gate.stop());

const chunk = (content: string, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;

describe("a stream", () => {
  const events = (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    return response;
  };
  const END = `${chunk("", "stop")}data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":9}}\n\ndata: [DONE]\n\n`;

  it("whose client takes nothing for a while is not taken for one whose upstream is silent", async () => {
    const model = gate.spareModel();
    const said = Promise.withResolvers<void>();
    const { baseUrl } = await gate.startUpstream((response) => {
      let parts = 10;
      events(response).write(chunk("0"));
      const drip = setInterval(() => {
        parts -= 1;
        if (parts > 0) return response.write(chunk(String(parts)));
        clearInterval(drip);
        response.end(END, said.resolve);
      }, 60);
    });
    await gate.addChannel({ [model]: "x" }, { baseUrl, timeouts: { idleMs: 250 } });
    const body = JSON.stringify({ model, messages: [{ role: "user", content: "hi" }], stream: true });
    const { body: stream } = await answerIncoming(
      fromRequest(
        new Request("http://gateway/v1/chat/completions", {
          ...{ method: "POST", body },
          headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        }),
      ),
    );
    if (!isStream(stream)) throw new Error("no stream");
    stream.whenReady(() => {});
    let text = "";
    const take = async () => {
      for (;;) {
        const step = await stream.next();
        if (step === undefined) return false;
        text += Buffer.from(step.bytes ?? []).toString();
        if (step.last) return true;
      }
    };
    expect(await take()).toBe(false);
    await said.promise;
    await expect.poll(take).toBe(true);
    expect(text).toContain("[DONE]");
    for (let part = 0; part < 10; part += 1) expect(text).toContain(`"content":"${part}"`);
  });

  it("with comments between its events says nothing twice in another protocol", async () => {
    const model = gate.spareModel();
    const { baseUrl } = await gate.startUpstream((response) => {
      events(response).end(`: a\n\n${chunk("one ")}: b\n\nevent: ping\n\n${chunk("two")}: c\n\n${END}`);
    });
    await gate.addChannel({ [model]: "x" }, { baseUrl });
    const answer = await gate.call(
      { model, max_tokens: 50, messages: [{ role: "user", content: "hi" }], stream: true },
      key,
      { path: "/v1/messages" },
    );
    const told = [...(await answer.text()).matchAll(/"text_delta","text":"([^"]*)"/g)].map(
      ([, text]) => text,
    );
    expect(told).toEqual(["one ", "two"]);
  });
});
