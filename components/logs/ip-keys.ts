import type { KeyAtIp } from "#lib/logs/by-ip-schema";

/** A key at an address or network: its calls over all days and day by day; `isFirst` on the day on which it came first. */
export type KeyLine = {
  keyId: string;
  keyName: string | null;
  accountId: string;
  accountName: string | null;
  requests: number;
  errors: number;
  firstSeen: string;
  lastSeen: string;
  days: { day: string; requests: number; isFirst: boolean }[];
};

/** The keys in `seen` (single days of single keys and addresses), the last used first, over `days` (YYYY-MM-DD, UTC). */
export function keyLines(seen: readonly KeyAtIp[], days: readonly string[]): KeyLine[] {
  return [...Map.groupBy(seen, ({ keyId }) => keyId)]
    .flatMap(([keyId, all]) => {
      const [any] = all;
      if (any === undefined) return [];
      const firstSeen = all.map((one) => one.firstSeen).toSorted()[0] ?? "";
      const counts = new Map<string, number>();
      for (const { day, requests } of all) counts.set(day, (counts.get(day) ?? 0) + requests);
      return {
        keyId,
        keyName: any.keyName,
        accountId: any.accountId,
        accountName: any.accountName,
        requests: all.reduce((sum, { requests }) => sum + requests, 0),
        errors: all.reduce((sum, { errors }) => sum + errors, 0),
        firstSeen,
        lastSeen:
          all
            .map((one) => one.lastSeen)
            .toSorted()
            .at(-1) ?? "",
        days: days.map((day) => ({
          day,
          requests: counts.get(day) ?? 0,
          isFirst: day === firstSeen.slice(0, 10),
        })),
      };
    })
    .toSorted((left, right) => (left.lastSeen < right.lastSeen ? 1 : -1));
}
