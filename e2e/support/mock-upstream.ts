import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { ANSWER, type Behaviour, behaviours } from "./upstream-behaviours.ts";
import { faults } from "./upstream-faults.ts";
import { answerResponses, type KeptResponses } from "./upstream-responses.ts";

/** What the mock received: one entry per call, in order of arrival. */
export type Received = {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  /** The body as sent, and as JSON if it is some. */
  text: string;
  body: Record<string, unknown>;
  /** True once the caller has gone before the answer was complete. */
  aborted: boolean;
  /** What to say: in answers, and in the text of errors (providers echo what they were sent). */
  says: Says;
};

export type Says = { answer: string; error: string };

export type MockUpstream = {
  /** To be used as a channel's `baseUrl`. */
  url: string;
  received: Received[];
  /** Calls that asked for this (upstream's) model. */
  calls(model: string): Received[];
  stop(): Promise<void>;
};

/**
 * An OpenAI-compatible upstream whose behaviour is named by the model that it is asked for:
 * see upstream-behaviours.ts and upstream-faults.ts. Anything it does not know it answers like `ok`. Its list of models has four.
 */
export async function startMockUpstream(says: Partial<Says> = {}): Promise<MockUpstream> {
  const received: Received[] = [];
  const kept: KeptResponses = new Map();
  const server = createServer((request, response) => {
    void serve(request, response, { received, kept }, { answer: ANSWER, error: "SECRET-ECHO", ...says });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the mock upstream has no port");
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    received,
    calls: (model) => received.filter((call) => call.body.model === model),
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { received, kept }: { received: Received[]; kept: KeptResponses },
  says: Says,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const call: Received = {
    method: request.method ?? "",
    path: request.url ?? "",
    headers: { ...request.headers },
    text,
    body: parseObject(text),
    aborted: false,
    says,
  };
  received.push(call);
  response.on("close", () => {
    call.aborted = !response.writableFinished;
  });
  if (request.method === "GET" && request.url === "/v1/models") {
    const ids = ["gpt-4o", "gpt-4o-mini-2024-07-18", "ok", "error-500"];
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ object: "list", data: ids.map((id) => ({ id, object: "model" })) }));
    return;
  }
  if (call.path.startsWith("/v1/responses")) return void answerResponses(call, response, kept);
  const model = String(call.body.model);
  const behave: Behaviour | undefined = behaviours[model] ?? faults[model] ?? behaviours.ok;
  await behave?.(call, response);
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
