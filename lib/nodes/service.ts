import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import { formatUsd } from "#lib/core/money";
import { inTransaction } from "#lib/db/transaction";
import type { AbandonedNode, Node } from "./schema.ts";
import { abandonLeases, findNode } from "./store.ts";

/** Longer than the node itself may spend a lease without word from the database (lib/funds, 30 s). */
export const ABANDON_AFTER_SECONDS = 60;

/** Throws 404. */
export async function getNode(id: string): Promise<Node> {
  const node = await findNode(id);
  if (node === undefined) throw notFound("node");
  return node;
}

/**
 * Gives up a node for good: what was set aside for it, leases and its calls' holds, is available to its accounts again. Should
 * it come back all the same, bills that it still has are taken from available money. Throws 404, 422 if `confirm` is not its id, and 409
 * `node_is_live` while it may still spend, `nothing_to_abandon` when nothing is set aside for it.
 */
export async function abandonNode(actor: Actor, id: string, confirm: string): Promise<AbandonedNode> {
  const before = await getNode(id);
  if (confirm !== before.id) throw invalidFields({ confirm: "type the node's id to confirm" });
  if (before.state === "live") throw stillLive();
  if (before.leaseCount === 0) throw nothingToAbandon();
  const freed = await inTransaction(async (tx) => {
    const freed = await abandonLeases(tx, id, ABANDON_AFTER_SECONDS);
    if (freed === null) throw stillLive();
    await audit(tx, actor, {
      action: "node.abandon",
      targetType: "node",
      targetId: id,
      before: { leased: before.leased, leases: before.leaseCount, lastSeen: before.lastSeen },
      after: { freed: formatUsd(freed) },
    });
    return freed;
  });
  return { freed: formatUsd(freed), node: await getNode(id) };
}

function stillLive(): AppError {
  return new AppError({
    code: "node_is_live",
    status: 409,
    message: `This node was heard of within the last ${ABANDON_AFTER_SECONDS} seconds: stop it, then wait that long.`,
  });
}

function nothingToAbandon(): AppError {
  return new AppError({
    code: "nothing_to_abandon",
    status: 409,
    message: "Nothing is set aside for this node.",
  });
}
