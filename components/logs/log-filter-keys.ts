/** Filters of the request log; each is also a parameter of `GET /api/logs`. */
export const logFilterKeys = [
  "accountId",
  "keyId",
  "ip",
  "cidr",
  "model",
  "channelId",
  "status",
  "errorCode",
  "requestId",
  "stream",
  "minCost",
] as const;
export type LogFilterKey = (typeof logFilterKeys)[number];
