import { notFound } from "#lib/core/errors";
import { loadPublishedVersions } from "#lib/pricing/store";
import { recomputeBill } from "./bill.ts";
import type { LogDetail } from "./schema.ts";
import { findLog } from "./store.ts";
import { toBilledRow } from "./view.ts";

/** A row with its attempts and its bill, computed again from the price version it names. Throws 404. */
export async function getLog(requestId: string): Promise<LogDetail> {
  const found = await findLog(requestId);
  if (found === undefined) throw notFound("request");
  const { row, stored, attempts, passedOver } = found;
  const versions = row.priceVersionId === null ? [] : await loadPublishedVersions();
  return { ...row, attempts, passedOver, bill: recomputeBill(toBilledRow(stored), versions) };
}
