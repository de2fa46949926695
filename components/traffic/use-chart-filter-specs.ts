"use client";

import { useTranslations } from "next-intl";
import type { FilterSpec } from "../data-table/filter-types.ts";
import { findAccounts, findChannels, findKeys } from "../shell/find-options.ts";
import { useMe } from "../shell/me.tsx";
import { AccountName, ChannelName, KeyName } from "../shell/names.tsx";

const ofOperators = ["accountId", "channelId", "group"];

/** The filters of the charts page; those of the operators' business only to them. */
export function useChartFilterSpecs(): FilterSpec[] {
  const t = useTranslations("logs.filters");
  const isCustomer = useMe().role === "customer";
  const specs: FilterSpec[] = [
    { key: "model", label: t("model"), input: { kind: "text", placeholder: "gpt-4o-mini" } },
    { key: "keyId", label: t("keyId"), input: { kind: "search", load: findKeys, Label: KeyName } },
    {
      key: "accountId",
      label: t("accountId"),
      input: { kind: "search", load: findAccounts, Label: AccountName },
    },
    {
      key: "channelId",
      label: t("channelId"),
      input: { kind: "search", load: findChannels, Label: ChannelName },
    },
    { key: "group", label: t("group"), input: { kind: "text", placeholder: "default" } },
    {
      key: "status",
      label: t("status"),
      input: {
        kind: "choice",
        options: ["2xx", "4xx", "5xx", "failed"].map((value) => ({ value, label: value })),
      },
    },
  ];
  return specs.filter(({ key }) => !isCustomer || !ofOperators.includes(key));
}
