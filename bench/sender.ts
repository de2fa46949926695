import { Agent, request } from "undici";
import { gatewayMs } from "./summary.ts";

/** What came of one call. */
export type Sent = {
  status: number;
  requestId: string;
  latencyMs: number;
  /** The gateway's own part, as it says itself. */
  addedMs: number | undefined;
};

export type SendCall = {
  model: string;
  stream: boolean;
  headers: Record<string, string>;
  /** A loopback address to call from, so that several customers have several addresses. */
  from?: string;
  content?: string;
};

/** Sends chat calls to one gateway with one agent per source address; answers are read to their end. */
export class Sender {
  private readonly url: string;
  private readonly agents = new Map<string, Agent>();

  constructor(url: string) {
    this.url = `${url.replace(/\/+$/, "")}/v1/chat/completions`;
  }

  /** Never throws: a connection that failed is status 0. */
  async send(key: string, call: SendCall): Promise<Sent> {
    const startedAt = performance.now();
    try {
      const answer = await request(this.url, {
        method: "POST",
        dispatcher: this.agentFor(call.from ?? ""),
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...call.headers },
        body: JSON.stringify({
          model: call.model,
          stream: call.stream,
          messages: [{ role: "user", content: call.content ?? "replay" }],
        }),
      });
      await answer.body.dump({ limit: Number.MAX_SAFE_INTEGER });
      return {
        status: answer.statusCode,
        requestId: String(answer.headers["x-request-id"] ?? ""),
        latencyMs: performance.now() - startedAt,
        addedMs: gatewayMs(String(answer.headers["server-timing"] ?? "")),
      };
    } catch {
      return { status: 0, requestId: "", latencyMs: performance.now() - startedAt, addedMs: undefined };
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.agents.values()].map((agent) => agent.close()));
  }

  private agentFor(from: string): Agent {
    const known = this.agents.get(from);
    if (known) return known;
    const made = new Agent({
      connections: 256,
      headersTimeout: 300_000,
      bodyTimeout: 300_000,
      ...(from ? { connect: { localAddress: from } } : {}),
    });
    this.agents.set(from, made);
    return made;
  }
}
