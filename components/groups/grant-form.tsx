"use client";

import { TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { Grant, PutGrant } from "#lib/groups/grant-schema";
import type { Group } from "#lib/groups/schema";
import { EndField } from "../common/end-field.tsx";
import { localInput, momentOf } from "../common/local-moment.ts";
import { SearchSelect } from "../common/search-select.tsx";
import { TagList } from "../common/tag-list.tsx";
import { findAccounts, findSoldModels } from "../shell/find-options.ts";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { ModelEnds } from "./model-ends.tsx";

const fields = ["accountId", "models", "expiresAt", "modelEnds", "note"];
type Values = {
  accountId: string | null;
  models: string[];
  expiresAt: string;
  isForGood: boolean;
  /** Of all models that were ever chosen here: a local time, empty: as the grant. */
  ends: Record<string, string>;
  note: string;
};

/** Activates a group's models for an account, or changes what is active and until when. */
export function GrantForm({
  group,
  grant,
  onClose,
}: {
  group: Group;
  grant: Grant | null;
  onClose: () => void;
}) {
  const t = useTranslations("groups");
  const common = useTranslations("common");
  const models = useQuery({
    queryKey: ["search", "sold-models"],
    queryFn: findSoldModels,
    staleTime: 60_000,
  });
  const form = useForm<Values>({
    initialValues: {
      accountId: grant?.accountId ?? null,
      models: grant?.models ?? [],
      expiresAt: grant?.expiresAt == null ? "" : localInput(grant.expiresAt),
      isForGood: grant !== null && grant.expiresAt === null,
      ends: endsIn(grant),
      note: grant?.note ?? "",
    },
    validate: {
      accountId: (id) => (id === null ? t("whichAccount") : null),
      expiresAt: (end, { isForGood }) => (end === "" && !isForGood ? common("sayUntil") : null),
    },
  });
  const save = useApiMutation<PutGrant & { accountId: string }, Grant>({
    send: ({ accountId, ...body }) => ({
      method: "PUT",
      path: `/api/groups/${group.id}/grants/${accountId}`,
      body,
    }),
    invalidates: ["/api/groups", "/api/accounts"],
    onSaved: ({ accountName }) => {
      notifications.show({ color: "green", message: t("wasActivated", { name: accountName }) });
      onClose();
    },
  });
  const { models: chosen, ends } = form.values;
  // Of a grant for everything, those that have an end of their own already.
  const withEnds = chosen.length === 0 ? Object.keys(ends) : chosen;
  const submit = form.onSubmit(({ accountId, models, expiresAt: end, isForGood, note }) => {
    if (accountId === null) return;
    const modelEnds = ownEnds(withEnds, ends, grant);
    const expiresAt = isForGood ? null : momentOf(end);
    save.mutate(
      { accountId, models, expiresAt, modelEnds, note: note.trim() },
      { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) },
    );
  });
  const options = group.grantedModels.length > 0 ? group.grantedModels : (models.data ?? []);
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("activateTitle", { name: group.name })}
      action={grant === null ? t("activate") : t("save")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={fields}
    >
      <SearchSelect
        cacheName="accounts"
        load={findAccounts}
        label={t("account")}
        placeholder={t("findAccount")}
        disabled={grant !== null}
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
          forGood={Object.keys(grant?.modelEnds ?? {}).filter((model) => grant?.modelEnds[model] === null)}
          error={form.errors.modelEnds}
          onChange={(model, end) => form.setFieldValue("ends", { ...ends, [model]: end })}
        />
      )}
      <TextInput label={t("noteOf")} description={t("noteHelp")} {...form.getInputProps("note")} />
    </FormDrawer>
  );
}

function endsIn(grant: Grant | null): Record<string, string> {
  const own = Object.entries(grant?.modelEnds ?? {});
  return Object.fromEntries(own.map(([model, end]) => [model, end === null ? "" : localInput(end)]));
}

/** Ends as typed; one that is for good while the rest is not stays so until an end is typed. */
function ownEnds(
  models: readonly string[],
  ends: Record<string, string>,
  grant: Grant | null,
): Record<string, string | null> {
  const kept = grant?.modelEnds ?? {};
  return Object.fromEntries(
    models.flatMap((model): [string, string | null][] => {
      const end = ends[model] ?? "";
      if (end !== "") return [[model, momentOf(end)]];
      return Object.hasOwn(kept, model) && kept[model] === null ? [[model, null]] : [];
    }),
  );
}
