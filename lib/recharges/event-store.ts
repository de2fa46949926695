import { prisma } from "#lib/db/client";
import type { Transaction } from "#lib/db/transaction";
import { asStatus, type RechargeEventKind, type RechargeStatus, rechargeEventKinds } from "./machine.ts";
import type { RechargeEvent } from "./schema.ts";

/** Adds a sentence to an order's story. `detail`: its figures and words, by name. */
export async function addEvent(
  tx: Transaction,
  event: {
    rechargeId: string;
    at: Date;
    kind: RechargeEventKind;
    status: RechargeStatus;
    by: string;
    detail?: Readonly<Record<string, string>>;
  },
): Promise<void> {
  await tx.rechargeEvent.create({ data: { ...event, detail: event.detail ?? {} } });
}

/** An order's story from its beginning. */
export async function listEvents(rechargeId: string): Promise<RechargeEvent[]> {
  const rows = await prisma().rechargeEvent.findMany({
    where: { rechargeId },
    orderBy: [{ at: "asc" }, { id: "asc" }],
    take: 500,
  });
  return rows.flatMap((row) => {
    const kind = rechargeEventKinds.find((kind) => kind === row.kind);
    if (kind === undefined) return [];
    const { id, by } = row;
    return [
      { id, at: row.at.toISOString(), kind, status: asStatus(row.status), by, detail: wordsOf(row.detail) },
    ];
  });
}

function wordsOf(detail: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(detail ?? {}).map(([name, value]) => [name, String(value)]));
}
