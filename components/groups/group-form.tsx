"use client";

import { Select, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { accesses, type CreateGroup, type Group, type UpdateGroup } from "#lib/groups/schema";
import { TagList } from "../common/tag-list.tsx";
import { findSoldModels } from "../shell/find-options.ts";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useResourceForm } from "../shell/use-resource-form.ts";

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
  const { form, save, notice, drawer } = useResourceForm<Values, CreateGroup | UpdateGroup, Group>({
    values: formOfGroup(group),
    etag,
    formOf: formOfGroup,
    labels: {
      name: t("name"),
      description: t("description"),
      access: t("access"),
      grantedModels: t("grantedModels"),
      multiplier: t("multiplier"),
    },
    fields,
    to: isNew
      ? { method: "POST", path: "/api/groups" }
      : { method: "PATCH", path: `/api/groups/${group.id}` },
    invalidates: ["/api/groups", "/api/accounts"],
    onSaved,
  });
  return (
    <FormDrawer
      {...drawer}
      opened
      onClose={onClose}
      title={isNew ? t("createTitle") : t("editTitle", { name: group.name })}
      action={isNew ? t("create") : t("save")}
      onSubmit={form.onSubmit((values) => save(bodyOf(values, isNew)))}
    >
      {notice}
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

type Values = ReturnType<typeof formOfGroup>;

function formOfGroup(group: Group | null) {
  return {
    name: group?.name ?? "",
    description: group?.description ?? "",
    access: group?.access ?? ("open" as const),
    grantedModels: group?.grantedModels ?? [],
    multiplier: group?.multiplier ?? "1",
  };
}

function bodyOf({ name, description, access, grantedModels, multiplier }: Values, isNew: boolean) {
  return {
    name: name.trim(),
    description: description.trim(),
    access,
    grantedModels,
    ...(isNew ? { multiplier } : {}),
  };
}
