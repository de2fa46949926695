import type { LogRow } from "#lib/logs/schema";

type Field = keyof LogRow;

/** What an export holds for each column of the list; the id always, for it finds the call again. */
const fieldsOf: Readonly<Record<string, readonly Field[]>> = {
  time: ["createdAt"],
  status: ["status", "errorCode", "repeats"],
  model: ["model"],
  account: ["accountId", "accountName"],
  key: ["keyId", "keyName", "keyPrefix"],
  ip: ["ip"],
  prompt: ["promptTokens"],
  completion: ["completionTokens"],
  latency: ["latencyMs", "firstTokenMs", "stream"],
  cost: ["cost"],
};

/** The fields of an export whose list hides these columns; the first column is never hidden. */
export function exportedColumns(hidden: readonly string[]): Field[] {
  const shown = Object.entries(fieldsOf).filter(([id]) => id === "time" || !hidden.includes(id));
  return ["requestId", ...shown.flatMap(([, fields]) => fields)];
}
