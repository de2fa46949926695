import { type LogFilterKey, type LogFilters, logFilterKeys } from "#lib/logs/filter-keys";

/** Classes of status that are counted; single statuses are not. */
const countedStatuses = ["2xx", "4xx", "5xx", "failed"];

/**
 * Which filters the counts over time know: account, key and model, or else channel and group; and classes of status.
 * `left` are those in force that the chart has to leave out, and says so.
 */
export function countedFilters(filters: LogFilters): { counted: LogFilters; left: LogFilterKey[] } {
  const isPerKey = filters.accountId !== undefined || filters.keyId !== undefined;
  const isCounted = (key: LogFilterKey): boolean => {
    if (key === "accountId" || key === "keyId") return true;
    if (key === "channelId" || key === "group") return !isPerKey;
    if (key === "model") return filters.model?.includes("*") === false;
    return key === "status" && countedStatuses.includes(filters.status ?? "");
  };
  const given = logFilterKeys.filter((key) => filters[key] !== undefined);
  return {
    counted: Object.fromEntries(given.filter(isCounted).map((key) => [key, filters[key]])),
    left: given.filter((key) => !isCounted(key)),
  };
}
