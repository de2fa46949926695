import type { ChannelEntry } from "#lib/snapshot/entries";
import {
  type Ending,
  type Provider,
  UpstreamFailure,
  type UpstreamRequest,
  type UpstreamResponse,
} from "./provider.ts";
import { asCompletion, asCompletionStream, asModeration, asRanking } from "./simulated-answers.ts";
import { asTranscript, speechAnswer, transcriptEvents } from "./simulated-audio.ts";
import { aboutResponse, asResponse, asResponseStream, isAboutResponses } from "./simulated-responses.ts";
import { type SimulatedTasks, simulatedTasks } from "./simulated-tasks.ts";
import { asEmbeddings, asImages, asStream, type Simulation, simulationOf, wordsOf } from "./simulation.ts";

/**
 * A provider inside this process, for tests, demos and replays: answers every kind of call with the token counts, latency,
 * chunking and faults that its headers (`x-sim-*`) or its model's name ask for. docs/simulator.md lists them.
 */
export function simulator(newId: () => string, now: () => number): Provider {
  return answering(newId, now, simulatedTasks(newId));
}

const answering = (newId: () => string, now: () => number, tasks: SimulatedTasks): Provider => ({
  wantsHeaders: "x-sim-",
  isRehearsal: (headers) => headers.get("x-sim-fault") !== null || headers.get("x-sim-latency-ms") !== null,
  async send(channel, request) {
    const isResponses = isAboutResponses(request);
    if (isResponses && request.path !== "/responses") return keptAnswer(aboutResponse(request));
    const looked = tasks.look(request);
    if (looked !== undefined) return answer(looked.status, looked.contentType, [looked.bytes]);
    if (request.method === "GET") return modelList(channel);
    const simulation = simulationOf(request, { id: newId(), nowMs: now() });
    if (simulation.fault === "refused") throw new UpstreamFailure("connect_refused");
    if (simulation.fault === "hang") await sleep(2 ** 30, request.ending);
    if (simulation.latencyMs > 0) await sleep(simulation.latencyMs, request.ending);
    const status = /^[45]\d\d$/.exec(simulation.fault)?.[0];
    if (status !== undefined) return errorAnswer(Number(status));
    const task = tasks.make(request, simulation);
    if (task !== undefined) return madeAnswer(task, simulation);
    return (ANSWERS[request.path] ?? chatAnswer)(request, simulation, now());
  },
});

type Simulated = (request: UpstreamRequest, simulation: Simulation, nowMs: number) => UpstreamResponse;

const imagesAnswer: Simulated = (request, simulation, nowMs) =>
  madeAnswer(asImages(request, nowMs), simulation);
const transcriptAnswer: Simulated = (request, simulation) =>
  request.stream
    ? transcriptEvents(request, simulation)
    : madeAnswer(asTranscript(request, simulation), simulation);

/** What stands behind each path but that of chats. */
const ANSWERS: Readonly<Record<string, Simulated>> = {
  "/audio/speech": speechAnswer,
  "/audio/transcriptions": transcriptAnswer,
  "/audio/translations": transcriptAnswer,
  "/completions": (request, simulation) =>
    simulation.stream
      ? streamAnswer(request, simulation, asCompletionStream(request, simulation))
      : madeAnswer(asCompletion(request, simulation), simulation),
  "/embeddings": (request, simulation) => madeAnswer(asEmbeddings(request, simulation), simulation),
  "/images/edits": imagesAnswer,
  "/images/generations": imagesAnswer,
  "/images/variations": imagesAnswer,
  "/moderations": (request, simulation) => madeAnswer(asModeration(request, simulation), simulation),
  "/rerank": (request, simulation) => madeAnswer(asRanking(request, simulation), simulation),
  "/responses": responseAnswer,
};

function chatAnswer(request: UpstreamRequest, simulation: Simulation): UpstreamResponse {
  return simulation.stream ? streamAnswer(request, simulation) : jsonAnswer(simulation);
}

/** It lists what it is asked for; faults are the models'. */
function modelList({ models }: ChannelEntry): UpstreamResponse {
  const data = [...models.values()].map((id) => ({ id, object: "model" }));
  return answer(200, "application/json", [Buffer.from(JSON.stringify({ object: "list", data }))]);
}

function responseAnswer(request: UpstreamRequest, simulation: Simulation): UpstreamResponse {
  if (simulation.fault === "html" && !simulation.stream) return jsonAnswer(simulation);
  return simulation.stream
    ? streamAnswer(request, simulation, asResponseStream(request, simulation))
    : madeAnswer(asResponse(request, simulation), simulation);
}

function keptAnswer(kept: object | undefined): UpstreamResponse {
  return kept === undefined
    ? errorAnswer(404)
    : answer(200, "application/json", [Buffer.from(JSON.stringify(kept))]);
}

/** What is made whole: images, vectors, transcripts, rankings, judgements, texts, responses. */
function madeAnswer(made: object, { fault }: Simulation): UpstreamResponse {
  if (fault === "empty") return answer(200, "application/json", []);
  const bytes = Buffer.from(JSON.stringify(made));
  return answer(200, "application/json", [fault === "cut" ? bytes.subarray(0, bytes.length >> 1) : bytes]);
}

function jsonAnswer(simulation: Simulation): UpstreamResponse {
  if (simulation.fault === "empty") return answer(200, "application/json", []);
  if (simulation.fault === "html") return answer(200, "text/html", [Buffer.from("<html>maintenance</html>")]);
  const body = {
    id: simulation.id,
    object: "chat.completion",
    created: simulation.created,
    model: simulation.model,
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: wordsOf(simulation.completionTokens, 0), refusal: null },
        logprobs: null,
        finish_reason: simulation.finishReason,
      },
    ],
    ...(simulation.fault === "no-usage" ? {} : { usage: simulation.usage }),
  };
  const bytes = Buffer.from(JSON.stringify(body));
  return answer(200, "application/json", [
    simulation.fault === "cut" ? bytes.subarray(0, bytes.length >> 1) : bytes,
  ]);
}

function streamAnswer(
  { ending }: UpstreamRequest,
  simulation: Simulation,
  all = asStream(simulation),
): UpstreamResponse {
  async function* events(): AsyncGenerator<Uint8Array> {
    for (const [index, event] of all.entries()) {
      if (index > 0 && simulation.chunkMs > 0) await sleep(simulation.chunkMs, ending);
      if (ending.hasEnded) throw new UpstreamFailure("aborted");
      yield Buffer.from(event);
    }
  }
  return { status: 200, contentType: "text/event-stream", retryAfter: undefined, body: events() };
}

function errorAnswer(status: number): UpstreamResponse {
  const error = { message: `Simulated fault ${status}.`, type: "simulated", param: null, code: null };
  return answer(status, "application/json", [Buffer.from(JSON.stringify({ error }))]);
}

function answer(status: number, contentType: string, chunks: Uint8Array[]): UpstreamResponse {
  async function* body() {
    yield* chunks;
  }
  return { status, contentType, retryAfter: undefined, body: body() };
}

function sleep(ms: number, ending: Ending): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    ending.whenEnded(() => {
      clearTimeout(timer);
      reject(new UpstreamFailure("aborted"));
    });
  });
}
