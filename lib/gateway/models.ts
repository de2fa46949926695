import { serves } from "#lib/routing/eligible";
import type { Snapshot } from "#lib/snapshot/entries";
import { isGranted } from "./admit.ts";
import type { GatewayDeps } from "./deps.ts";
import { refuse } from "./errors.ts";
import type { Answer } from "./exchange.ts";
import type { Identified } from "./identify.ts";
import { recordFree, reject } from "./record.ts";
import { answerHeaders } from "./respond.ts";

/** GET /v1/models and /v1/models/{id}: what this key can call now: served, priced and permitted. */
export function answerModels(caller: Identified, modelId: string | undefined, deps: GatewayDeps): Answer {
  if (modelId !== undefined && !isCallable(modelId, caller, deps.snapshot)) {
    const name = JSON.stringify(modelId.slice(0, 128));
    return reject(caller, refuse("model_not_found", `The model ${name} does not exist.`, "model"), deps);
  }
  const body =
    modelId === undefined
      ? { object: "list", data: callableModels(caller, deps.snapshot) }
      : modelObject(modelId, deps.snapshot);
  recordFree(caller, deps);
  const gatewayMs = deps.clock.monotonicMs() - caller.startedMs;
  const headers = answerHeaders(caller, "application/json", gatewayMs);
  return { status: 200, headers, body: JSON.stringify(body) };
}

function callableModels(caller: Identified, snapshot: Snapshot): object[] {
  const ids = [...snapshot.channelsByModel.keys()].filter((id) => isCallable(id, caller, snapshot));
  return ids.sort().map((id) => modelObject(id, snapshot));
}

function isCallable(id: string, caller: Identified, snapshot: Snapshot): boolean {
  const { key, account, groupId, createdAtMs } = caller;
  const channels = snapshot.channelsByModel.get(id) ?? [];
  return (
    (key.models === null || key.models.has(id)) &&
    isGranted(caller, id, snapshot) &&
    channels.some((channel) => serves(channel, groupId, account.id)) &&
    snapshot.prices.resolve(id, groupId, account.id, createdAtMs) !== undefined
  );
}

/** OpenAI's model object. */
function modelObject(id: string, { models }: Snapshot): object {
  const model = models.get(id);
  const created = Math.floor((model?.createdAtMs ?? 0) / 1000);
  return { id, object: "model", created, owned_by: model?.vendor ?? "tollgate" };
}
