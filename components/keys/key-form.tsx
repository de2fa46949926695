"use client";

import { Select, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { CreatedKey, CreateKey, Key, UpdateKey } from "#lib/keys/schema";
import { SearchSelect } from "../common/search-select.tsx";
import { TagList } from "../common/tag-list.tsx";
import { findAccounts, findGroups, findSoldModels } from "../shell/find-options.ts";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useCan, useMe } from "../shell/me.tsx";
import { useResourceForm } from "../shell/use-resource-form.ts";
import { emptyKeyForm, formOfKey, type KeyFormValues, keyBodyOf } from "./key-form-values.ts";
import classes from "./keys.module.css";

const fields = [
  "accountId",
  "name",
  "expiresAt",
  "budget.amount",
  "budget.period",
  "models",
  "allowedCidrs",
  "deniedCidrs",
  "group",
];
const periods = ["day", "week", "month", "total"] as const;

type Props = {
  opened: boolean;
  /** The key to change, and the ETag it was read with; null makes a new one. */
  apiKey: Key | null;
  etag?: string | null;
  accountId: string | null;
  onClose: () => void;
  onCreated: (key: CreatedKey) => void;
};

/** Makes an API key or changes one. The secret of a new one is the caller's to show. */
export function KeyForm({ opened, apiKey, etag = null, accountId, onClose, onCreated }: Props) {
  const t = useTranslations("keys");
  const me = useMe();
  const isOwnAccount = me.role === "customer";
  const { form, save, notice, drawer } = useResourceForm<KeyFormValues, CreateKey | UpdateKey, CreatedKey>({
    values: apiKey === null ? emptyKeyForm(accountId ?? me.accountId) : formOfKey(apiKey),
    etag,
    formOf: formOfKey,
    labels: useLabels(),
    fields,
    to:
      apiKey === null
        ? { method: "POST", path: "/api/keys" }
        : { method: "PATCH", path: `/api/keys/${apiKey.id}` },
    invalidates: ["/api/keys"],
    onSaved: (key) => {
      form.reset();
      onClose();
      if (apiKey === null) onCreated(key);
    },
  });
  const submit = form.onSubmit((values) => save(keyBodyOf(values, apiKey === null, !isOwnAccount)));
  return (
    <FormDrawer
      {...drawer}
      opened={opened}
      onClose={onClose}
      title={apiKey === null ? t("createTitle") : t("editTitle", { name: apiKey.name })}
      action={apiKey === null ? t("create") : t("save")}
      onSubmit={submit}
    >
      {notice}
      {apiKey === null && !isOwnAccount && (
        <SearchSelect
          cacheName="accounts"
          label={t("account")}
          placeholder={t("accountPlaceholder")}
          load={findAccounts}
          openOnFocus={false}
          data-autofocus={accountId === null || undefined}
          value={form.values.accountId}
          onChange={(id) => form.setFieldValue("accountId", id)}
          error={form.errors.accountId}
        />
      )}
      <TextInput
        label={t("name")}
        placeholder={t("namePlaceholder")}
        {...form.getInputProps("name")}
        data-autofocus={apiKey !== null || accountId !== null || isOwnAccount || undefined}
      />
      <TextInput
        type="datetime-local"
        label={t("expiresAt")}
        description={t("expiresAtHelp")}
        {...form.getInputProps("expiresAt")}
      />
      <div className={classes.pair}>
        <TextInput
          label={t("budgetAmount")}
          placeholder={t("none")}
          inputMode="decimal"
          leftSection="$"
          {...form.getInputProps("budget.amount")}
        />
        <Select
          label={t("budgetPeriod")}
          data={periods.map((value) => ({ value, label: t(`periods.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("budget.period")}
        />
      </div>
      <KeyPermissions form={form} />
    </FormDrawer>
  );
}

function useLabels() {
  const t = useTranslations("keys");
  return {
    name: t("name"),
    expiresAt: t("expiresAt"),
    budget: t("budget"),
    models: t("models"),
    allowedCidrs: t("networks"),
    deniedCidrs: t("deniedNetworks"),
    group: t("group"),
  };
}

function KeyPermissions({ form }: { form: UseFormReturnType<KeyFormValues> }) {
  const t = useTranslations("keys");
  const maySeeGroups = useCan("groups.read");
  const models = useQuery({
    queryKey: ["search", "sold-models"],
    queryFn: findSoldModels,
    enabled: useCan("models.read"),
    staleTime: 60_000,
  });
  const groups = useQuery({
    queryKey: ["search", "groups"],
    queryFn: findGroups,
    enabled: maySeeGroups,
    staleTime: 60_000,
  });
  return (
    <>
      <TagList
        label={t("models")}
        description={t("modelsHelp")}
        data={models.data ?? []}
        limit={50}
        {...form.getInputProps("models")}
      />
      <TagList
        label={t("networks")}
        description={t("networksHelp")}
        placeholder="203.0.113.0/24"
        {...form.getInputProps("allowedCidrs")}
      />
      <TagList
        label={t("deniedNetworks")}
        description={t("deniedNetworksHelp")}
        placeholder="203.0.113.0/24"
        {...form.getInputProps("deniedCidrs")}
      />
      {maySeeGroups && (
        <Select
          label={t("group")}
          placeholder={t("groupOfAccount")}
          data={groups.data ?? []}
          clearable
          {...form.getInputProps("group")}
        />
      )}
    </>
  );
}
