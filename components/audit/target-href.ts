/** Where a thing that the audit log names can be seen; null for what has no page of its own. */
export function targetHref(targetType: string, targetId: string): string | null {
  const id = encodeURIComponent(targetId);
  const hrefs: Record<string, string> = {
    key: `/keys/${id}`,
    account: `/accounts/${id}`,
    group: `/groups/${id}`,
    "price-version": `/models/versions/${id}`,
    channel: `/channels?row=${id}`,
    limit: "/limits?view=overrides",
    "limit-request": `/limit-requests?row=${id}`,
    settings: "/settings",
    model: `/models?row=${id}`,
  };
  return hrefs[targetType] ?? null;
}
