"use client";

import { useTranslations } from "next-intl";
import type { FilterSpec } from "../data-table/filter-types.ts";
import { findAccounts, findKeys } from "../shell/find-options.ts";
import { useMe } from "../shell/me.tsx";
import { AccountName, KeyName } from "../shell/names.tsx";

/** Filters of the by-IP page beside its search: a customer has one account. */
export function useByIpFilterSpecs(): FilterSpec[] {
  const t = useTranslations("logs.filters");
  const isCustomer = useMe().role === "customer";
  const account: FilterSpec = {
    key: "accountId",
    label: t("accountId"),
    input: { kind: "search", load: findAccounts, Label: AccountName },
  };
  return [
    ...(isCustomer ? [] : [account]),
    { key: "keyId", label: t("keyId"), input: { kind: "search", load: findKeys, Label: KeyName } },
    { key: "ip", label: t("ip"), input: { kind: "text", placeholder: "203.0.113.7" } },
    { key: "cidr", label: t("cidr"), input: { kind: "text", placeholder: "203.0.113.0/24" } },
  ];
}
