import { type Admitted, admit } from "./admit.ts";
import { arrive } from "./arrival.ts";
import { answerCount } from "./count-call.ts";
import { failedResponse, jsonResponse } from "./deliver.ts";
import type { GatewayDeps } from "./deps.ts";
import { type Endpoint, findEndpoint } from "./endpoints.ts";
import { isRefusal, refuse } from "./errors.ts";
import type { Answer, Incoming } from "./exchange.ts";
import { type Identified, identify, permit } from "./identify.ts";
import { answerModels } from "./models.ts";
import { passOn } from "./pass-on.ts";
import { type Body, readBody } from "./read-body.ts";
import { reject } from "./record.ts";
import { relay } from "./relay.ts";
import { answerResource } from "./resource-call.ts";
import { route } from "./route.ts";
import { streamResponse } from "./stream.ts";
import { answerWrapped } from "./tasks/answer.ts";
import { createTask } from "./tasks/create.ts";

/**
 * The life of a request: identify → permit → read → admit → route → relay → settle → record.
 * Each stage takes what the one before made and gives something narrower, or a refusal, which is an answer too.
 */
export async function handle(request: Incoming, deps: GatewayDeps): Promise<Answer> {
  const arrival = arrive(request, deps);
  try {
    const endpoint = findEndpoint(arrival);
    const identified = identify(arrival, deps);
    if (isRefusal(identified)) return reject(arrival, identified, deps);
    const caller = permit(identified, deps);
    if (isRefusal(caller)) return reject(identified, caller, deps);
    if (isRefusal(endpoint)) return reject(caller, endpoint, deps);
    return await answer(request, caller, endpoint, deps);
  } catch (error) {
    deps.reportError(error, arrival.requestId);
    return reject(arrival, refuse("internal_error"), deps);
  }
}

async function answer(
  request: Incoming,
  caller: Identified,
  endpoint: Endpoint,
  deps: GatewayDeps,
): Promise<Answer> {
  if (endpoint.name === "models") return answerModels(caller, endpoint.modelId, deps);
  if (endpoint.name === "resource") return answerResource(caller, endpoint.resource, deps);
  if (endpoint.name === "task") return answerWrapped(caller, endpoint, deps);
  const reading = readBody(request, caller, deps);
  const body = reading instanceof Promise ? await reading : reading;
  if (isRefusal(body)) return reject(caller, body, deps);
  try {
    const call = endpoint.protocol.read(body.bytes, request.headers.get("content-type"));
    if (isRefusal(call)) return reject(caller, call, deps);
    if (endpoint.name === "count") return await answerCount(caller, call, endpoint, deps);
    if (endpoint.name === "make") return await createTask(caller, call, endpoint.kind, deps);
    const asked = admit(caller, call, deps);
    const admitted = asked instanceof Promise ? await asked : asked;
    if (isRefusal(admitted)) return reject({ ...caller, call }, admitted, deps);
    return await serve(admitted, body, deps);
  } finally {
    body.release();
  }
}

/** From here on money is held: every way out goes through `finish`. */
async function serve(admitted: Admitted, body: Body, deps: GatewayDeps): Promise<Answer> {
  deps.running.enter(admitted.call.model);
  try {
    const result = await relay(admitted, route(admitted, deps), deps);
    if ("refusal" in result) return await failedResponse(admitted, result, deps);
    const { answer } = result;
    if (answer.kind === "json") return await jsonResponse(admitted, answer, result, deps);
    body.keepUntilOver(answer.watch);
    if (answer.kind === "passed") return passOn(admitted, { ...result, answer }, deps);
    return streamResponse(admitted, { ...result, answer }, deps);
  } catch (error) {
    deps.reportError(error, admitted.requestId);
    const nothing = { attempts: [], upstreamMs: 0, channel: undefined };
    return await failedResponse(admitted, { refusal: refuse("internal_error"), ...nothing }, deps);
  }
}
