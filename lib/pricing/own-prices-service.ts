import type { Actor } from "#lib/api/operation";
import { AppError, invalidFields, isAppError, notFound } from "#lib/core/errors";
import { isUuid } from "#lib/core/shapes";
import { resolveEntries } from "./entries-service.ts";
import { discountPercent, toOwnPrices } from "./own-prices.ts";
import type { OwnPrices, PutOwnPrice } from "./own-prices-schema.ts";
import { findOwnEntries } from "./own-prices-store.ts";
import { accountKey, samePrices, stateAt } from "./state.ts";
import { loadPublishedVersions } from "./store.ts";
import { changePrices, standing } from "./version-service.ts";
import { loadAccountNames, loadPricedModels } from "./version-store.ts";

/** What one account pays otherwise than all others: its own prices, by model, and its discount. Throws 404. */
export async function listOwnPrices(accountId: string, nowMs: number): Promise<OwnPrices> {
  await nameOf(accountId);
  const [entries, versions] = await Promise.all([findOwnEntries(accountId), loadPublishedVersions()]);
  const models = await loadPricedModels(entries.map(({ modelId }) => modelId));
  const state = stateAt(versions, nowMs);
  return {
    items: toOwnPrices(entries, state, models, nowMs),
    discount: discountPercent(state.discounts, accountId),
    nextCursor: null,
  };
}

/**
 * Gives an account a price of its own for a model, or takes it away: a price version of its own, in force 2 s later. The
 * account is told by mail. Throws 404, and 422 by field, `reason_required` among them.
 */
export async function putOwnPrice(
  actor: Actor,
  accountId: string,
  body: PutOwnPrice,
  nowMs: number,
): Promise<OwnPrices> {
  const name = await nameOf(accountId);
  const input = { ...body, accountId };
  try {
    const state = await standing();
    const before = state.accounts.get(accountKey(accountId, body.model))?.components;
    const [entry] = await resolveEntries([input], state);
    const after = entry?.kind === "account" ? entry.components : {};
    if (samePrices(before ?? {}, after)) {
      throw invalidFields({
        model: body.withdrawn ? "it has no price of its own" : "it pays this for it already",
      });
    }
    await changePrices(actor, [input], body.reason || `${name}: ${body.model}`);
  } catch (error) {
    throw isAppError(error) ? withOwnFields(error) : error;
  }
  return listOwnPrices(accountId, nowMs);
}

/** A version's fields are named by entry, the body here has one. */
function withOwnFields(error: AppError): AppError {
  const { code, status, message, fields = {} } = error;
  const own = Object.entries(fields).map(([path, problem]) => [path.replace(/^entries\.0\./, ""), problem]);
  return new AppError({ code, status, message, fields: Object.fromEntries(own) });
}

async function nameOf(accountId: string): Promise<string> {
  const name = isUuid(accountId) ? (await loadAccountNames([accountId])).get(accountId) : undefined;
  if (name === undefined) throw notFound("account");
  return name;
}
