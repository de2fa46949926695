/** What of a line needs a grant: null: nothing. `models` null: every model. */
export type LineAccess = { readonly models: ReadonlySet<string> | null } | null;

/** What an operator opened for an account: null models: all that the line has; null end: until it is taken back. */
export type LineGrant = { readonly models: ReadonlySet<string> | null; readonly expiresAtMs: number | null };

/** Whether a model is open on a line, or granted, at this moment. */
export function isOpen(
  access: LineAccess | undefined,
  grant: LineGrant | undefined,
  model: string,
  nowMs: number,
): boolean {
  if (access === undefined || access === null) return true;
  if (access.models !== null && !access.models.has(model)) return true;
  if (grant === undefined) return false;
  if (grant.expiresAtMs !== null && grant.expiresAtMs <= nowMs) return false;
  return grant.models === null || grant.models.has(model);
}

/** Account ids hold no space, so the pair cannot be read two ways. */
export function grantKey(groupId: string, accountId: string): string {
  return `${accountId} ${groupId}`;
}
