"use client";

import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { type Amount, costAmount, latencyAmount, tokenAmount, writeAmount } from "#lib/logs/filter-amounts";
import { type LogFilterKey, type LogFilters, logFilterKeys, logTimeKeys } from "#lib/logs/filter-keys";
import type { FilterSpec } from "../data-table/filter-types.ts";
import { pushed } from "../data-table/history.ts";
import { presets } from "../data-table/time-range.ts";
import { findAccounts, findChannels, findKeys } from "../shell/find-options.ts";
import { useCan, useMe } from "../shell/me.tsx";
import { AccountName, ChannelName, KeyName } from "../shell/names.tsx";

const filterParsers = Object.fromEntries(logFilterKeys.map((key) => [key, parseAsString])) as Record<
  LogFilterKey,
  typeof parseAsString
>;

/** What of the request log stands in the URL: time range, filters, the open row, whether it is live. */
export function useLogParams() {
  return useQueryStates(
    {
      range: parseAsStringLiteral(presets),
      from: parseAsString,
      to: parseAsString,
      ...filterParsers,
      row: parseAsString,
      live: parseAsBoolean,
    },
    pushed,
  );
}

export const noLogFilters = Object.fromEntries(logFilterKeys.map((key) => [key, null])) as Record<
  LogFilterKey,
  null
>;

/** No filter and no time: what "clear" sets. */
export const nothing = { ...noLogFilters, range: null, from: null, to: null };

/** Typed filters as parameters; `isAll` takes the others away. A typed time takes the place of the one before as a whole. */
export function typedParams(typed: LogFilters, isAll: boolean) {
  const { range, ...rest } = typed;
  const isTimed = logTimeKeys.some((key) => typed[key] !== undefined);
  return {
    ...(isAll ? nothing : {}),
    ...(isTimed ? { from: null, to: null } : {}),
    ...rest,
    ...(isTimed ? { range: presets.find((preset) => preset === range) ?? null } : {}),
  };
}

/** The filters in force, without those that are off. */
export function filtersOf(params: Partial<Record<keyof LogFilters, string | null>>): LogFilters {
  return Object.fromEntries(
    [...logFilterKeys, ...logTimeKeys].flatMap((key) =>
      typeof params[key] === "string" ? [[key, params[key]]] : [],
    ),
  );
}

/** The filters that the menu offers; those of the operators' business only to them. */
export function useLogFilterSpecs(): FilterSpec[] {
  const t = useTranslations("logs.filters");
  const maySeeChannels = useCan("channels.read");
  const isCustomer = useMe().role === "customer";
  const text = (key: LogFilterKey, placeholder: string): FilterSpec => {
    return { key, label: t(key), input: { kind: "text", placeholder } };
  };
  const amount = (key: LogFilterKey, kind: Amount, placeholder: string): FilterSpec => {
    const show = (value: string) => writeAmount({ [key]: value }, kind)[0] ?? value;
    return {
      key,
      label: t(key),
      chipLabel: t(`${key}Chip` as "minCostChip"),
      input: { kind: "text", placeholder, show },
    };
  };
  const specs: FilterSpec[] = [
    {
      key: "accountId",
      label: t("accountId"),
      input: { kind: "search", load: findAccounts, Label: AccountName },
    },
    { key: "keyId", label: t("keyId"), input: { kind: "search", load: findKeys, Label: KeyName } },
    text("model", "gpt-4o-mini, gpt*"),
    text("status", "429, 5xx, failed"),
    text("errorCode", "rate_limit_exceeded"),
    text("ip", "203.0.113.7"),
    text("cidr", "203.0.113.0/24"),
    {
      key: "channelId",
      label: t("channelId"),
      input: { kind: "search", load: findChannels, Label: ChannelName },
    },
    text("group", "default"),
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
    amount("minCost", costAmount, "0.05"),
    amount("maxCost", costAmount, "1"),
    amount("minTokens", tokenAmount, "1000"),
    amount("maxTokens", tokenAmount, "100000"),
    amount("minLatencyMs", latencyAmount, "2000"),
    amount("maxLatencyMs", latencyAmount, "60000"),
    text("userAgent", "OpenAI/Python"),
    text("keyPrefix", "sk-tg-AbCdEf"),
    text("requestId", "019aa0c4-…"),
  ];
  return specs.filter(
    ({ key }) => (key !== "channelId" || maySeeChannels) && (key !== "accountId" || !isCustomer),
  );
}
