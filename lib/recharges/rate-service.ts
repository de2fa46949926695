import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError } from "#lib/core/errors";
import { inTransaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { creditOrder } from "./credit-service.ts";
import { addEvent } from "./event-store.ts";
import { insertExchangeRate } from "./rate-store.ts";
import type { CreateExchangeRate, ExchangeRate } from "./schema.ts";
import { findExpired, findWithoutRate, lockOrder, moveRecharge } from "./store.ts";

/** Who does what nobody asked for at that moment. */
export const rechargesActor: Actor = {
  type: "system",
  id: "recharges",
  name: "Tollgate",
  role: "operator",
  ip: null,
};

/**
 * Adds a dated rate; what was credited before keeps the rate of its day, what waited for one is credited before this
 * returns. Throws 409 `rate_exists`.
 */
export async function createExchangeRate(actor: Actor, body: CreateExchangeRate): Promise<ExchangeRate> {
  const rate = await inTransaction(async (tx) => {
    const rate = await insertExchangeRate(tx, body);
    if (rate === undefined) {
      throw new AppError({
        code: "rate_exists",
        status: 409,
        message: `${body.currency} has a rate of ${body.date} already; rates are never changed, only followed by newer ones.`,
      });
    }
    const targetId = `${body.currency} ${body.date}`;
    await audit(tx, actor, {
      action: "exchange-rate.create",
      targetType: "exchange-rate",
      targetId,
      after: body,
    });
    return rate;
  });
  await creditWithRates(body.currency);
  return rate;
}

/** Credits what only lacked a rate and has one now; each order in a transaction of its own. Answers how many. */
export async function creditWithRates(currency?: string): Promise<number> {
  const ids = await findWithoutRate(currency);
  if (ids.length > 0) await loadLayout();
  let credited = 0;
  for (const id of ids) {
    await inTransaction(async (tx) => {
      const order = await lockOrder(tx, id);
      // Whoever came first has credited it, or set it aside.
      if (order?.status !== "pending" || order.reason !== "no-rate") return;
      if ((await creditOrder(tx, order, rechargesActor, new Date())) === "credited") credited += 1;
    });
  }
  return credited;
}

/** Ends pending orders whose time is over and of which no payment is known. Answers how many. */
export async function expireOrders(now: Date): Promise<number> {
  let expired = 0;
  for (const id of await findExpired(now)) {
    await inTransaction(async (tx) => {
      const order = await lockOrder(tx, id);
      if (order === undefined || order.paidAt !== null) return;
      if (!(await moveRecharge(tx, order, "expire"))) return;
      await addEvent(tx, { rechargeId: id, at: now, kind: "expired", status: "expired", by: "" });
      await audit(tx, rechargesActor, {
        ...{ action: "recharge.expire", targetType: "recharge", targetId: id },
        before: { status: "pending" },
        after: { status: "expired" },
      });
      expired += 1;
    });
  }
  return expired;
}
