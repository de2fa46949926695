import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, invalidFields } from "#lib/core/errors";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction } from "#lib/db/transaction";
import { multiplierNames } from "#lib/pricing/multipliers";
import { parseComponents } from "#lib/pricing/schema";
import { samePrices } from "#lib/pricing/state";
import type { PriceEntryInput } from "#lib/pricing/version-schema";
import { changePrices, standing } from "#lib/pricing/version-service";
import { applied } from "#lib/runtime/applied";
import type { Model, PutModel } from "./schema.ts";
import { getModel } from "./service.ts";
import { findModelRow, putModelRow } from "./store.ts";

/**
 * Sets what is known of a model, new to the catalogue or not. A price in it makes a price version, in force 2 s later;
 * so does following the official price where ours differs. Throws 422 `reason_required`.
 */
export async function putModel(actor: Actor, id: string, body: PutModel): Promise<Model> {
  const before = await findModelRow(id);
  const { syncPolicy, statedReason } = body;
  const entry = await priceEntry(id, body, before?.official);
  if (syncPolicy === "official" && entry !== undefined && !entry.official)
    throw invalidFields({ syncPolicy: "a model that follows the official price has no other" });
  const leaves = before?.syncPolicy === "official" && syncPolicy === "manual";
  if (leaves && !statedReason && !before.statedReason) throw reasonRequired();
  // A price that is refused leaves the model as it was; a new model must be there to be priced.
  if (before === undefined) await putRow(actor, id, body, undefined);
  if (entry !== undefined) await changePrices(actor, [entry], statedReason || `Model ${id}`);
  if (before !== undefined) await putRow(actor, id, body, before);
  return getModel(id);
}

async function putRow(
  actor: Actor,
  id: string,
  body: PutModel,
  before: Awaited<ReturnType<typeof findModelRow>>,
): Promise<void> {
  const after = Object.fromEntries(
    Object.entries(ownFields(body)).filter(([, value]) => value !== undefined),
  );
  if (before !== undefined && Object.keys(after).length === 0) return;
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    await putModelRow(tx, id, after, revision);
    await audit(tx, actor, {
      action: before === undefined ? "model.create" : "model.update",
      targetType: "model",
      targetId: id,
      before: before && { syncPolicy: before.syncPolicy, statedReason: before.statedReason },
      after,
    });
    return revision;
  });
  await applied(revision);
}

function ownFields(body: PutModel) {
  const { syncPolicy, statedReason, displayName, vendor, kind } = body;
  const { contextWindow, maxOutputTokens, reasoning } = body;
  return { syncPolicy, statedReason, displayName, vendor, kind, contextWindow, maxOutputTokens, reasoning };
}

async function priceEntry(
  id: string,
  body: PutModel,
  official: unknown,
): Promise<PriceEntryInput | undefined> {
  const reason = body.statedReason ? { reason: body.statedReason } : {};
  const { price, official: isOfficial, withdrawn } = body;
  const multipliers = Object.fromEntries(
    Object.values(multiplierNames).flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])),
  );
  if (price !== undefined || isOfficial || withdrawn || Object.keys(multipliers).length > 0) {
    return {
      model: id,
      ...multipliers,
      ...(price === undefined ? {} : { price }),
      ...(isOfficial ? { official: isOfficial } : {}),
      ...(withdrawn ? { withdrawn } : {}),
      ...reason,
    };
  }
  if (body.syncPolicy !== "official" || official === undefined) return undefined;
  const ours = (await standing()).models.get(id);
  if (samePrices(ours, parseComponents(official))) return undefined;
  return { model: id, official: true, reason: body.statedReason || "Follows the official price" };
}

function reasonRequired(): AppError {
  return new AppError({
    code: "reason_required",
    status: 422,
    message: "Say why the model leaves the official price: the reason is shown publicly.",
    fields: { statedReason: "say why; it is shown publicly" },
  });
}
