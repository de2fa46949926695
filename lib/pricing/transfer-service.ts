import type { Actor } from "#lib/api/operation";
import { invalidFields } from "#lib/core/errors";
import { changesBetween, emptyState, entriesOf } from "./state.ts";
import { findVersionEntries } from "./store.ts";
import { formatTransfer, readTransfer } from "./transfer.ts";
import type { PriceVersionDetail, TransferFormat } from "./version-schema.ts";
import { createPriceVersion, stateOf } from "./version-service.ts";

/** A draft from a table or JSON, all of it or none. Throws 422 with what is wrong, by line. */
export async function importPriceVersion(
  actor: Actor,
  { text, format, note }: { text: string; format?: TransferFormat | undefined; note?: string | undefined },
): Promise<PriceVersionDetail> {
  const { entries, problems } = readTransfer(text, format);
  if (Object.keys(problems).length > 0) throw invalidFields(problems);
  return createPriceVersion(actor, { entries, note: note ?? "Imported" });
}

/** What a version names, or with `all` every price under it, as the import reads it. Throws 404. */
export async function exportPriceVersion(id: string, format: TransferFormat, all: boolean): Promise<string> {
  const state = await stateOf(id);
  const named = (await findVersionEntries(id)) ?? [];
  if (!all) return formatTransfer(named, format);
  const every = entriesOf(changesBetween(emptyState, state));
  return formatTransfer(
    every.map((entry) => ({ ...entry, reason: null })),
    format,
  );
}
