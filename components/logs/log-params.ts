"use client";

import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import type { FilterSpec } from "../data-table/filter-types.ts";
import { pushed } from "../data-table/history.ts";
import { presets } from "../data-table/time-range.ts";
import { findAccounts, findChannels, findKeys } from "../shell/find-options.ts";
import { useCan } from "../shell/me.tsx";
import { AccountName, ChannelName, KeyName } from "../shell/names.tsx";
import { type LogFilterKey, logFilterKeys } from "./log-filter-keys.ts";

/** What of the request log stands in the URL: time range, filters, the open row, whether it is live. */
export function useLogParams() {
  return useQueryStates(
    {
      range: parseAsStringLiteral(presets),
      from: parseAsString,
      to: parseAsString,
      accountId: parseAsString,
      keyId: parseAsString,
      ip: parseAsString,
      cidr: parseAsString,
      model: parseAsString,
      channelId: parseAsString,
      status: parseAsString,
      errorCode: parseAsString,
      requestId: parseAsString,
      stream: parseAsString,
      minCost: parseAsString,
      row: parseAsString,
      live: parseAsBoolean,
    },
    pushed,
  );
}

export type LogParams = ReturnType<typeof useLogParams>[0];

export const noLogFilters = Object.fromEntries(logFilterKeys.map((key) => [key, null])) as Record<
  LogFilterKey,
  null
>;

export function useLogFilterSpecs(): FilterSpec[] {
  const t = useTranslations("logs.filters");
  const text = (key: LogFilterKey, placeholder: string): FilterSpec => {
    return { key, label: t(key), input: { kind: "text", placeholder } };
  };
  const channel: FilterSpec = {
    key: "channelId",
    label: t("channelId"),
    input: { kind: "search", load: findChannels, Label: ChannelName },
  };
  return [
    {
      key: "accountId",
      label: t("accountId"),
      input: { kind: "search", load: findAccounts, Label: AccountName },
    },
    { key: "keyId", label: t("keyId"), input: { kind: "search", load: findKeys, Label: KeyName } },
    text("model", "gpt-4o-mini"),
    text("status", "429, 5xx, failed"),
    text("errorCode", "rate_limit_exceeded"),
    text("ip", "203.0.113.7"),
    text("cidr", "203.0.113.0/24"),
    ...(useCan("channels.read") ? [channel] : []),
    {
      key: "stream",
      label: t("stream"),
      input: {
        kind: "choice",
        options: [
          { value: "true", label: t("yes") },
          { value: "false", label: t("no") },
        ],
      },
    },
    text("minCost", "0.05"),
    text("requestId", "019aa0c4-…"),
  ];
}
