"use client";

import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { pushed } from "../data-table/history.ts";
import { presets } from "../data-table/time-range.ts";

/** What the by-IP report can be sorted by, always downwards. */
export const ipSorts = ["lastSeen", "requests", "cost", "errors"] as const;

/** What of the by-IP page stands in the URL; `row` is the open address or network. */
export function useByIpParams() {
  return useQueryStates(
    {
      range: parseAsStringLiteral(presets),
      from: parseAsString,
      to: parseAsString,
      accountId: parseAsString,
      keyId: parseAsString,
      ip: parseAsString,
      cidr: parseAsString,
      by: parseAsStringLiteral(["network"]),
      sort: parseAsStringLiteral(ipSorts),
      row: parseAsString,
    },
    pushed,
  );
}

/** The calls of an address or network, in the time of the page. */
export function logsHref(
  ip: string,
  time: { range: string | null; from: string | null; to: string | null },
  more: Record<string, string | null> = {},
): string {
  const params = { [ip.includes("/") ? "cidr" : "ip"]: ip, ...time, ...more };
  const given = Object.entries(params).flatMap(([name, value]) => (value === null ? [] : [[name, value]]));
  return `/logs?${new URLSearchParams(given)}`;
}
