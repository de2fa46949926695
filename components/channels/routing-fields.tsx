"use client";

import { MultiSelect, NumberInput, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { accountQuery } from "#lib/api/queries";
import { groupDigits } from "../common/format-money.ts";
import { findAccounts, findGroups } from "../shell/find-options.ts";
import type { ChannelFormProps } from "./channel-form.tsx";
import { FormFold, hasErrorIn } from "./form-fold.tsx";
import { SharingOptions } from "./sharing-options.tsx";

/** How the channel is chosen among others. */
export function RoutingFields({ form }: ChannelFormProps) {
  const t = useTranslations("channels");
  const { priority, weight } = form.values;
  return (
    <FormFold
      title={t("routing")}
      summary={t("routingSummary", { priority: String(priority || 0), weight: String(weight) })}
      hasError={hasErrorIn(form.errors, ["priority", "weight"])}
    >
      <NumberInput
        label={t("priority")}
        description={t("priorityHelp")}
        allowDecimal={false}
        {...form.getInputProps("priority")}
      />
      <NumberInput
        label={t("weight")}
        description={t("weightHelp")}
        min={0}
        allowDecimal={false}
        {...form.getInputProps("weight")}
      />
      <SharingOptions />
    </FormFold>
  );
}

/** Whose calls it takes. */
export function AudienceFields({ form }: ChannelFormProps) {
  const t = useTranslations("channels");
  const groups = useQuery({ queryKey: ["search", "groups"], queryFn: findGroups, staleTime: 60_000 });
  const chosen = form.values;
  const summary = [
    chosen.groups.length === 0 ? t("allGroups") : t("groupCount", { count: chosen.groups.length }),
    ...(chosen.accounts.length === 0 ? [] : [t("accountCount", { count: chosen.accounts.length })]),
  ];
  return (
    <FormFold
      title={t("audience")}
      summary={summary.join(" · ")}
      hasError={hasErrorIn(form.errors, ["groups", "accounts"])}
    >
      <MultiSelect
        label={t("groups")}
        description={t("groupsHelp")}
        placeholder={chosen.groups.length === 0 ? t("allGroups") : ""}
        data={groups.data ?? []}
        clearable
        {...form.getInputProps("groups")}
      />
      <AccountSelect form={form} />
    </FormFold>
  );
}

/** How much of it may be used, and what it costs us. */
export function CapFields({ form }: ChannelFormProps) {
  const t = useTranslations("channels");
  const { caps, costMultiplier } = form.values;
  const whole = { min: 1, allowDecimal: false, allowNegative: false, thousandSeparator: "," } as const;
  const summary = [
    caps.concurrency === "" && caps.rpm === "" ? t("noCap") : null,
    caps.concurrency === ""
      ? null
      : t("concurrencySummary", { count: groupDigits(String(caps.concurrency)) }),
    caps.rpm === "" ? null : t("rpmSummary", { count: groupDigits(String(caps.rpm)) }),
    t("costSummary", { multiplier: costMultiplier.trim() || "1" }),
  ];
  return (
    <FormFold
      title={t("capsAndCost")}
      summary={summary.filter((part) => part !== null).join(" · ")}
      hasError={hasErrorIn(form.errors, ["caps", "costMultiplier"])}
    >
      <NumberInput
        label={t("capConcurrency")}
        description={t("capConcurrencyHelp")}
        placeholder={t("noCap")}
        {...whole}
        {...form.getInputProps("caps.concurrency")}
      />
      <NumberInput
        label={t("capRpm")}
        description={t("capRpmHelp")}
        placeholder={t("noCap")}
        {...whole}
        {...form.getInputProps("caps.rpm")}
      />
      <TextInput
        label={t("costMultiplier")}
        description={t("costMultiplierHelp")}
        placeholder="1"
        inputMode="decimal"
        {...form.getInputProps("costMultiplier")}
      />
    </FormFold>
  );
}

/** Accounts found by name; the chosen ones are named even before anything was searched for. */
function AccountSelect({ form }: Pick<ChannelFormProps, "form">) {
  const t = useTranslations("channels");
  const chosen = form.values.accounts;
  const [text, setText] = useState("");
  const [settled] = useDebouncedValue(text, 200);
  const [isOpen, setOpen] = useState(false);
  const found = useQuery({
    queryKey: ["search", "accounts", settled],
    queryFn: () => findAccounts(settled),
    placeholderData: keepPreviousData,
    // Asked when somebody looks, so that what others search for is not answered from before they made it.
    enabled: isOpen,
    staleTime: 0,
  });
  const named = useQueries({ queries: chosen.map((id) => ({ ...accountQuery(id), staleTime: 60_000 })) });
  const known = new Map(chosen.map((id, at) => [id, named[at]?.data?.name ?? id]));
  for (const { value, label } of found.data ?? []) known.set(value, label);
  return (
    <MultiSelect
      label={t("accounts")}
      description={t("accountsHelp")}
      placeholder={chosen.length === 0 ? t("allAccounts") : ""}
      data={[...known].map(([value, label]) => ({ value, label }))}
      searchable
      searchValue={text}
      onSearchChange={setText}
      filter={({ options }) => options}
      clearable
      onDropdownOpen={() => setOpen(true)}
      onDropdownClose={() => setOpen(false)}
      hidePickedOptions
      {...form.getInputProps("accounts")}
    />
  );
}
