"use client";

import { NumberInput, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { Account, UpdateAccount } from "#lib/accounts/schema";
import { timeZones } from "../common/time-zones.ts";
import { findGroups } from "../shell/find-options.ts";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useResourceForm } from "../shell/use-resource-form.ts";

const fields = ["name", "email", "group", "timeZone", "incidentThreshold"];
type Props = {
  /** The account to change, and the ETag it was read with; null opens a new one. */
  account: Account | null;
  etag?: string | null;
  onClose: () => void;
  onSaved: (account: Account) => void;
};

/** Opens an account or changes one. */
export function AccountForm({ account, etag = null, onClose, onSaved }: Props) {
  const t = useTranslations("accounts");
  const isNew = account === null;
  const groups = useQuery({ queryKey: ["search", "groups"], queryFn: findGroups, staleTime: 60_000 });
  const { form, save, notice, drawer } = useResourceForm<Values, UpdateAccount, Account>({
    values: formOfAccount(account),
    etag,
    formOf: formOfAccount,
    labels: {
      name: t("name"),
      email: t("email"),
      group: t("group"),
      timeZone: t("timeZone"),
      incidentThreshold: t("incidentThreshold"),
    },
    fields,
    to: isNew
      ? { method: "POST", path: "/api/accounts" }
      : { method: "PATCH", path: `/api/accounts/${account.id}` },
    invalidates: ["/api/accounts"],
    onSaved,
  });
  return (
    <FormDrawer
      {...drawer}
      opened
      onClose={onClose}
      title={isNew ? t("createTitle") : t("editTitle", { name: account.name })}
      action={isNew ? t("create") : t("save")}
      onSubmit={form.onSubmit((values) => save(bodyOf(values, isNew)))}
    >
      {notice}
      <TextInput
        label={t("name")}
        placeholder={t("namePlaceholder")}
        data-autofocus
        {...form.getInputProps("name")}
      />
      <TextInput
        label={t("email")}
        description={t("emailHelp")}
        type="email"
        autoComplete="off"
        {...form.getInputProps("email")}
      />
      <Select
        label={t("group")}
        description={t("groupHelp")}
        data={groups.data ?? [{ value: form.values.group, label: form.values.group }]}
        allowDeselect={false}
        {...form.getInputProps("group")}
      />
      <Select
        label={t("timeZone")}
        description={t("timeZoneHelp")}
        searchable
        limit={100}
        data={timeZones(form.values.timeZone)}
        allowDeselect={false}
        {...form.getInputProps("timeZone")}
      />
      {!isNew && (
        <NumberInput
          label={t("incidentThreshold")}
          description={t("incidentThresholdHelp")}
          min={1}
          max={100}
          allowDecimal={false}
          {...form.getInputProps("incidentThreshold")}
        />
      )}
    </FormDrawer>
  );
}

type Values = ReturnType<typeof formOfAccount>;

function formOfAccount(account: Account | null) {
  return {
    name: account?.name ?? "",
    email: account?.email ?? "",
    group: account?.group ?? "default",
    timeZone: account?.timeZone ?? "UTC",
    incidentThreshold: account?.incidentThreshold ?? "",
  };
}

function bodyOf({ name, email, group, timeZone, incidentThreshold }: Values, isNew: boolean): UpdateAccount {
  return {
    ...{ name: name.trim(), email: email.trim() === "" ? null : email.trim(), group, timeZone },
    ...(isNew ? {} : { incidentThreshold: incidentThreshold === "" ? null : Number(incidentThreshold) }),
  };
}
