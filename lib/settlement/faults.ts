/** Postgres's fence of this spool stands where this process did not put it. */
export class FenceElsewhere extends Error {
  override name = "FenceElsewhere";
}

/** A row of which nothing can be written: of a newer release's format, or with values that are none. */
export class UnreadableRow extends Error {
  override name = "UnreadableRow";
}

/** Rows that share a batch with one that stands already were settled by somebody else meanwhile. */
export class SettledElsewhere extends Error {
  override name = "SettledElsewhere";
}

/**
 * Whether the batch will never fit as it is: SQLSTATE classes 22 (data) and 23 (constraint), or a row that cannot
 * even be sent. Anything else (no connection, deadlock, a full disk) may pass later.
 */
export function isRefused(error: unknown): boolean {
  const code = sqlState(error);
  if (code !== undefined) return /^2[23]/.test(code);
  return ["UnreadableRow", "SettledElsewhere"].includes(nameOf(error));
}

/** What may be kept and shown of a refusal: never its text, which quotes values. */
export function errorClassOf(error: unknown): string {
  return sqlState(error) ?? nameOf(error);
}

function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown";
}
