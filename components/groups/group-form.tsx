"use client";

import { Select, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { accesses, type CreateGroup, type Group, type UpdateGroup } from "#lib/groups/schema";
import { TagList } from "../common/tag-list.tsx";
import { findSoldModels } from "../shell/find-options.ts";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useEditConflict } from "../shell/use-edit-conflict.tsx";

const fields = ["name", "id", "description", "access", "grantedModels", "multiplier"];

type Props = {
  /** The group to change, and the ETag it was read with; null makes a new one. */
  group: Group | null;
  etag?: string | null;
  onClose: () => void;
  onSaved: (group: Group) => void;
};

/** Makes a group or changes one; the multiplier of one that stands has a form of its own, for it is a price. */
export function GroupForm({ group, etag = null, onClose, onSaved }: Props) {
  const t = useTranslations("groups");
  const isNew = group === null;
  const models = useQuery({
    queryKey: ["search", "sold-models"],
    queryFn: findSoldModels,
    staleTime: 60_000,
  });
  const initialValues = formOfGroup(group);
  const form = useForm({ initialValues });
  const conflict = useEditConflict({
    base: initialValues,
    etag,
    formOf: formOfGroup,
    labels: {
      name: t("name"),
      description: t("description"),
      access: t("access"),
      grantedModels: t("grantedModels"),
      multiplier: t("multiplier"),
    },
    getValues: () => form.values,
    setValues: form.setValues,
  });
  const save = useApiMutation<CreateGroup | UpdateGroup, Group>({
    send: (body) =>
      isNew
        ? { method: "POST", path: "/api/groups", body }
        : { method: "PATCH", path: `/api/groups/${group.id}`, body, ifMatch: conflict.etag },
    invalidates: ["/api/groups", "/api/accounts"],
    idempotent: isNew,
    onSaved,
  });
  const submit = form.onSubmit(({ name, description, access, grantedModels, multiplier }) =>
    save.mutate(
      {
        name: name.trim(),
        description: description.trim(),
        access,
        grantedModels,
        ...(isNew ? { multiplier } : {}),
      },
      { onError: (problem) => conflict.take(problem) || form.setErrors(fieldErrors(problem, fields)) },
    ),
  );
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={isNew ? t("createTitle") : t("editTitle", { name: group.name })}
      action={isNew ? t("create") : t("save")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error?.code === "stale" ? null : save.error}
      fields={fields}
    >
      {conflict.notice}
      <TextInput label={t("name")} data-autofocus {...form.getInputProps("name")} />
      <Textarea
        label={t("description")}
        description={t("descriptionHelp")}
        autosize
        minRows={2}
        {...form.getInputProps("description")}
      />
      {isNew && (
        <TextInput
          label={t("multiplier")}
          description={t("multiplierHelp")}
          inputMode="decimal"
          {...form.getInputProps("multiplier")}
        />
      )}
      <Select
        label={t("access")}
        description={t("accessHelp")}
        data={accesses.map((value) => ({ value, label: t(`accesses.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("access")}
      />
      {form.values.access === "granted" && (
        <TagList
          label={t("grantedModels")}
          description={t("grantedModelsHelp")}
          data={models.data ?? []}
          limit={50}
          {...form.getInputProps("grantedModels")}
        />
      )}
    </FormDrawer>
  );
}

function formOfGroup(group: Group | null) {
  return {
    name: group?.name ?? "",
    description: group?.description ?? "",
    access: group?.access ?? ("open" as const),
    grantedModels: group?.grantedModels ?? [],
    multiplier: group?.multiplier ?? "1",
  };
}
