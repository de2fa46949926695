/** What of a line needs a grant: null: nothing. `models` null: every model. */
export type LineAccess = { readonly models: ReadonlySet<string> | null } | null;

/**
 * What an operator opened for an account: null models: all that the line has; null end: until it is taken back. Models may
 * have an end of their own in place of the grant's.
 */
export type LineGrant = {
  readonly models: ReadonlySet<string> | null;
  readonly expiresAtMs: number | null;
  readonly modelEndsMs: ReadonlyMap<string, number | null>;
};

/** Whether a model is open on a line, or granted, at this moment. */
export function isOpen(
  access: LineAccess | undefined,
  grant: LineGrant | undefined,
  model: string,
  nowMs: number,
): boolean {
  if (access === undefined || access === null) return true;
  if (access.models !== null && !access.models.has(model)) return true;
  const endsMs = grantEndMs(grant, model);
  return endsMs !== undefined && (endsMs === null || endsMs > nowMs);
}

/** When a model that was granted ends, or has ended (ms epoch; null: never); undefined: it was not granted. */
export function grantEndMs(grant: LineGrant | undefined, model: string): number | null | undefined {
  if (grant === undefined) return undefined;
  const own = grant.modelEndsMs.get(model);
  if (grant.models !== null && !grant.models.has(model)) return undefined;
  return own === undefined ? grant.expiresAtMs : own;
}

/** Account ids hold no space, so the pair cannot be read two ways. */
export function grantKey(groupId: string, accountId: string): string {
  return `${accountId} ${groupId}`;
}
