/** Filters of the request log; each is a parameter of `GET /api/logs`, and of the page's address under the same name. */
export const logFilterKeys = [
  "accountId",
  "keyId",
  "keyPrefix",
  "ip",
  "cidr",
  "model",
  "group",
  "channelId",
  "status",
  "errorCode",
  "stream",
  "minCost",
  "maxCost",
  "minTokens",
  "maxTokens",
  "minLatencyMs",
  "maxLatencyMs",
  "userAgent",
  "requestId",
] as const;
export type LogFilterKey = (typeof logFilterKeys)[number];

/** What of the filters is about time: a preset that moves with the clock, or fixed ends. */
export const logTimeKeys = ["range", "from", "to"] as const;

/** Filters as they stand in the address: all texts, what is absent is off. */
export type LogFilters = Partial<Record<LogFilterKey | (typeof logTimeKeys)[number], string>>;
