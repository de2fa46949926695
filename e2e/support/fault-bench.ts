import type OpenAI from "openai";
import { APIError } from "openai";
import type { LogDetail } from "#lib/logs/schema";
import { HELLO } from "./chat.ts";
import { openai } from "./openai.ts";
import type { World } from "./world.ts";

/** One line of the bench: what upstream does, and what it is called in the table. */
export type FaultCase = {
  behaviour: string;
  name: string;
  /** Elsewhere than at the mock upstream. */
  baseUrl?: string;
  /** Of the channel behind it, where it is not the catalogue's. */
  contextWindow?: number;
};

export type Cell = { stream: boolean; channels: 1 | 2 };

/** What one call through a faulty channel came to. */
export type FaultResult = FaultCase &
  Cell & {
    /** What the official client gave its caller. */
    outcome:
      | { kind: "whole" }
      | { kind: "refused"; error: APIError }
      | { kind: "cut"; error: unknown; words: number };
    row: LogDetail;
    elapsedMs: number;
  };

/** Waits are short in the bench: a channel that hangs is given up after half a second. */
export const benchTimeouts = { connectMs: 500, headersMs: 900, firstTokenMs: 500, idleMs: 500 };

/** Sends one call to a model whose first channel behaves as named; with two, a healthy one stands behind it. */
export async function runFault(
  world: World,
  secret: string,
  fault: FaultCase,
  cell: Cell,
  timeouts: object = benchTimeouts,
): Promise<FaultResult> {
  const { baseUrl, contextWindow } = fault;
  const credential = `sk-upstream-${crypto.randomUUID()}`;
  const channel = { timeouts, credential, priority: 10, ...(baseUrl ? { baseUrl } : {}) };
  const model = await world.modelFor(fault.behaviour, { name: `${fault.behaviour} A`, ...channel });
  if (cell.channels === 2) {
    await world.operator.createChannel({
      name: `${fault.behaviour} B`,
      baseUrl: world.upstream.url,
      credential: "sk-upstream-credential-9876543210",
      models: [{ model, upstreamModel: "ok", ...(contextWindow ? { contextWindow } : {}) }],
      timeouts,
    });
  }
  const startedAt = performance.now();
  const { outcome, requestId } = await call(openai(world.gateway.url, secret), model, cell.stream);
  const elapsedMs = performance.now() - startedAt;
  return { ...fault, ...cell, outcome, row: await world.operator.row(requestId), elapsedMs };
}

type Called = { outcome: FaultResult["outcome"]; requestId: string };

async function call(client: OpenAI, model: string, stream: boolean): Promise<Called> {
  try {
    if (stream) return await readStream(client, model);
    const { data, response } = await client.chat.completions
      .create({ model, messages: HELLO })
      .withResponse();
    if (!data.choices[0]?.message.content) throw new Error("the answer is empty");
    return { outcome: { kind: "whole" }, requestId: response.headers.get("x-request-id") ?? "" };
  } catch (error) {
    if (!(error instanceof APIError)) throw error;
    return { outcome: { kind: "refused", error }, requestId: error.requestID ?? "" };
  }
}

/** A stream is whole when it says how it ended: a client that sees no finish_reason has half an answer. */
async function readStream(client: OpenAI, model: string): Promise<Called> {
  const { data, response } = await client.chat.completions
    .create({ model, messages: HELLO, stream: true })
    .withResponse();
  const requestId = response.headers.get("x-request-id") ?? "";
  let [words, isFinished] = [0, false];
  try {
    for await (const event of data) {
      if (event.choices[0]?.delta.content) words += event.choices[0].delta.content.trim().split(" ").length;
      isFinished ||= Boolean(event.choices[0]?.finish_reason);
    }
  } catch (error) {
    return { outcome: { kind: "cut", error, words }, requestId };
  }
  if (!isFinished) throw new Error(`${model}: a stream without an end was passed off as whole`);
  return { outcome: { kind: "whole" }, requestId };
}

/** Runs tasks, at most `width` at a time, and keeps their order. */
export async function inParallel<T>(tasks: readonly (() => Promise<T>)[], width: number): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < tasks.length; at = next++) {
      const task = tasks[at];
      if (task) results[at] = await task();
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
