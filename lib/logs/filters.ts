import ipaddr from "ipaddr.js";
import { invalidFields } from "#lib/core/errors";
import { parseUsd } from "#lib/core/money";
import { uuidTimeMs } from "#lib/core/uuid";
import type { ListLogs } from "./schema.ts";

/** Where a page of rows ended. */
export type LogPosition = readonly [createdAt: string, requestId: string];

/** What rows are asked for, without where a page begins and how long it is. */
export type LogFilter = Omit<ListLogs, "limit" | "cursor">;

/** A condition over hot.request_log with its parameters, $1 first. */
export type LogCondition = { sql: string; values: (string | number | bigint | boolean | Date)[] };

/**
 * What the filters and the position of the page before ask for. Throws 422 `invalid_fields` for an address or
 * network that is none. A request id tells its own time, so that look-up reads one partition only.
 */
export function logCondition(query: LogFilter, after?: LogPosition): LogCondition {
  const values: LogCondition["values"] = [];
  const given = (value: LogCondition["values"][number]) => `$${values.push(value)}`;
  const parts: string[] = [];
  const where = (template: (slot: string) => string, value: LogCondition["values"][number] | undefined) => {
    if (value !== undefined) parts.push(template(given(value)));
  };
  where((slot) => `created_at >= ${slot}::timestamptz`, query.from);
  where((slot) => `created_at < ${slot}::timestamptz`, query.to);
  where((slot) => `account_id = ${slot}::uuid`, query.accountId);
  where((slot) => `key_id = ${slot}::uuid`, query.keyId);
  where((slot) => `channel_id = ${slot}::uuid`, query.channelId);
  where((slot) => `ip = ${slot}::inet`, query.ip && addressOf(query.ip));
  where((slot) => `ip <<= ${slot}::inet`, query.cidr && networkOf(query.cidr));
  if (query.model !== undefined) parts.push(modelCondition(query.model, given));
  where((slot) => `error_code = ${slot}`, query.errorCode);
  where((slot) => `stream = ${slot}`, query.stream);
  where((slot) => `group_id = ${slot}`, query.group);
  where((slot) => `cost >= ${slot}::bigint`, nanoUsd(query.minCost));
  where((slot) => `cost <= ${slot}::bigint`, nanoUsd(query.maxCost));
  where((slot) => `latency_ms >= ${slot}::integer`, query.minLatencyMs);
  where((slot) => `latency_ms <= ${slot}::integer`, query.maxLatencyMs);
  where((slot) => `prompt_tokens + completion_tokens >= ${slot}::bigint`, query.minTokens);
  where((slot) => `prompt_tokens + completion_tokens <= ${slot}::bigint`, query.maxTokens);
  where((slot) => `key_prefix = ${slot}`, query.keyPrefix);
  where((slot) => `strpos(lower(user_agent), lower(${slot})) > 0`, query.userAgent);
  if (query.status !== undefined) parts.push(statusCondition(query.status, given));
  if (query.requestId !== undefined) parts.push(idCondition(query.requestId, given));
  if (after !== undefined) {
    parts.push(`(created_at, request_id) < (${given(after[0])}::timestamptz, ${given(after[1])}::uuid)`);
  }
  return { sql: parts.length === 0 ? "true" : parts.join(" AND "), values };
}

/** One model by its id; with `*` in it, all whose id has that shape, in any case. */
export function modelCondition(model: string, given: (value: string) => string): string {
  if (!model.includes("*")) return `model = ${given(model)}`;
  return `model ILIKE ${given(model.replaceAll(/[%_\\]/g, String.raw`\$&`).replaceAll("*", "%"))}`;
}

/** The condition for one row by its id; `false` for an id that cannot be ours. */
export function idCondition(
  requestId: string,
  given: (value: LogCondition["values"][number]) => string,
): string {
  const timeMs = uuidTimeMs(requestId);
  if (timeMs === undefined) return "false";
  return `created_at = ${given(new Date(timeMs))}::timestamptz AND request_id = ${given(requestId)}::uuid`;
}

function statusCondition(
  status: NonNullable<ListLogs["status"]>,
  given: (value: LogCondition["values"][number]) => string,
): string {
  if (typeof status === "number") return `status = ${given(status)}::smallint`;
  if (status === "failed") return "status >= 400";
  const lowest = Number(status.charAt(0)) * 100;
  return `status BETWEEN ${given(lowest)}::smallint AND ${given(lowest + 99)}::smallint`;
}

function nanoUsd(amount: string | undefined): bigint | undefined {
  return amount === undefined ? undefined : parseUsd(amount);
}

/** Rows keep IPv4-mapped addresses unmapped, so does the filter. Throws 422 for what is no address. */
export function addressOf(text: string): string {
  if (!ipaddr.isValid(text) || text.includes("%")) throw invalidFields({ ip: "an IP address is expected" });
  return ipaddr.process(text).toString();
}

/** A network in the spelling that rows are compared with. Throws 422 for what is none. */
export function networkOf(text: string): string {
  if (!ipaddr.isValidCIDR(text) || text.includes("%")) {
    throw invalidFields({ cidr: "a network such as 203.0.113.0/24 is expected" });
  }
  const [address, prefix] = ipaddr.parseCIDR(text);
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && prefix >= 96) {
    return `${address.toIPv4Address().toString()}/${prefix - 96}`;
  }
  return `${address.toString()}/${prefix}`;
}
