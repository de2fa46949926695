"use client";

import { TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { Grant, PutGrant } from "#lib/groups/grant-schema";
import type { Group } from "#lib/groups/schema";
import { EndField } from "../common/end-field.tsx";
import { SearchSelect } from "../common/search-select.tsx";
import { TagList } from "../common/tag-list.tsx";
import { findAccounts, findSoldModels } from "../shell/find-options.ts";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useEdited } from "../shell/use-edited.ts";
import { useResourceForm } from "../shell/use-resource-form.ts";
import { formOfGrant, type GrantValues, grantBodyOf, modelsWithEnds } from "./grant-values.ts";
import { ModelEnds } from "./model-ends.tsx";

type Props = {
  group: Group;
  /** Whose grant is changed; null: of an account that is chosen here. */
  accountId: string | null;
  onClose: () => void;
};
const fields = ["accountId", "models", "expiresAt", "modelEnds", "note"];

/** Activates a group's models for an account, or changes what is active and until when. */
export function GrantForm({ accountId, ...props }: Props) {
  const path = grantPath(props.group.id, accountId ?? "");
  const { data } = useEdited<Grant>(accountId === null ? null : path);
  if (accountId === null) return <Filled {...props} grant={null} etag={null} />;
  return data === undefined ? null : <Filled {...props} grant={data.value} etag={data.etag} />;
}

type FilledProps = Omit<Props, "accountId"> & { grant: Grant | null; etag: string | null };

function Filled({ group, grant, etag, onClose }: FilledProps) {
  const t = useTranslations("groups");
  const common = useTranslations("common");
  const models = useQuery({
    queryKey: ["search", "sold-models"],
    queryFn: findSoldModels,
    staleTime: 60_000,
  });
  const { form, stored, save, notice, drawer } = useResourceForm<GrantValues, PutGrant, Grant>({
    values: formOfGrant(grant),
    etag,
    formOf: formOfGrant,
    labels: useLabels(),
    textOf: (name, value) => (name === "ends" ? endsText(value as GrantValues["ends"]) : undefined),
    fields,
    to: ({ accountId }) => ({ method: "PUT", path: grantPath(group.id, accountId ?? "") }),
    invalidates: ["/api/groups", "/api/accounts"],
    onSaved: ({ accountName }) => {
      notifications.show({ color: "green", message: t("wasActivated", { name: accountName }) });
      onClose();
    },
  });
  const { ends, keptForGood } = form.values;
  const withEnds = modelsWithEnds(form.values);
  const submit = form.onSubmit((values) => {
    const missing = {
      ...(values.accountId === null ? { accountId: t("whichAccount") } : {}),
      ...(values.expiresAt === "" && !values.isForGood ? { expiresAt: common("sayUntil") } : {}),
    };
    if (Object.keys(missing).length > 0) form.setErrors(missing);
    else save(grantBodyOf(values));
  });
  const options = group.grantedModels.length > 0 ? group.grantedModels : (models.data ?? []);
  return (
    <FormDrawer
      {...drawer}
      opened
      onClose={onClose}
      title={t("activateTitle", { name: group.name })}
      action={grant === null ? t("activate") : t("save")}
      onSubmit={submit}
    >
      {notice}
      <SearchSelect
        cacheName="accounts"
        load={findAccounts}
        label={t("account")}
        placeholder={t("findAccount")}
        disabled={stored.accountId !== null}
        value={form.values.accountId}
        onChange={(accountId) => form.setFieldValue("accountId", accountId)}
        error={form.errors.accountId}
        data-autofocus
        {...(grant === null ? {} : { known: { value: grant.accountId, label: grant.accountName } })}
      />
      <TagList
        label={t("models")}
        description={t("grantModelsHelp")}
        data={options}
        limit={50}
        {...form.getInputProps("models")}
      />
      <EndField
        end={form.values.expiresAt}
        isForGood={form.values.isForGood}
        error={form.errors.expiresAt}
        onChange={(expiresAt, isForGood) => {
          form.setValues({ expiresAt, isForGood });
          form.clearFieldError("expiresAt");
        }}
      />
      {withEnds.length > 0 && (
        <ModelEnds
          models={withEnds}
          ends={ends}
          forGood={keptForGood}
          error={form.errors.modelEnds}
          onChange={(model, end) => form.setFieldValue("ends", { ...ends, [model]: end })}
        />
      )}
      <TextInput label={t("noteOf")} description={t("noteHelp")} {...form.getInputProps("note")} />
    </FormDrawer>
  );
}

function useLabels() {
  const t = useTranslations("groups");
  const common = useTranslations("common");
  return {
    models: t("models"),
    expiresAt: common("until"),
    isForGood: common("forGoodLong"),
    ends: t("modelEnds"),
    keptForGood: t("staysForGood"),
    note: t("noteOf"),
  };
}

function endsText(ends: GrantValues["ends"]): string {
  return Object.entries(ends)
    .filter(([, end]) => end !== "")
    .map(([model, end]) => `${model}: ${end.replace("T", " ")}`)
    .join(", ");
}

function grantPath(groupId: string, accountId: string): string {
  return `/api/groups/${groupId}/grants/${accountId}`;
}
