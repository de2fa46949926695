"use client";

import { MultiSelect, Switch } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import type { Announcement } from "#lib/announcements/schema";
import { followOptionsQuery } from "#lib/api/queries";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useResourceForm } from "../shell/use-resource-form.ts";
import { WordsFields } from "./words-fields.tsx";

const fields = ["title", "text", "titleZh", "textZh", "vendors", "models"];

type Props = { announcement?: Announcement; etag?: string | null; onClose: () => void };

/** Writes an announcement, or changes one: of prices only the words, whom they concern follows from the prices. */
export function AnnouncementForm({ announcement, etag = null, onClose }: Props) {
  const t = useTranslations("announcements");
  const router = useRouter();
  const options = useQuery(followOptionsQuery()).data;
  const isNew = announcement === undefined;
  const { form, save, notice, drawer } = useResourceForm<Values, object, Announcement>({
    values: formOf(announcement),
    etag,
    formOf,
    labels: useLabels(),
    fields,
    to: isNew
      ? { method: "POST", path: "/api/announcements" }
      : { method: "PATCH", path: `/api/announcements/${announcement.id}` },
    invalidates: ["/api/announcements", "/api/outbox"],
    onSaved: ({ id, state }) => {
      const message = isNew ? t(state === "draft" ? "draftSaved" : "published") : t("saved");
      notifications.show({ color: "green", message });
      onClose();
      if (isNew) router.push(`/announcements/${id}`);
    },
  });
  const isNotice = announcement?.kind !== "prices";
  const submit = form.onSubmit(({ draft, vendors, models, ...words }) =>
    save({ ...words, ...(isNotice ? { vendors, models } : {}), ...(isNew ? { draft } : {}) }),
  );
  return (
    <FormDrawer
      {...drawer}
      opened
      onClose={onClose}
      title={t(isNew ? "new" : "edit")}
      action={t(isNew ? (form.values.draft ? "saveDraft" : "publish") : "save")}
      onSubmit={submit}
    >
      {notice}
      <WordsFields propsOf={form.getInputProps} />
      {isNotice && (
        <>
          <MultiSelect
            label={t("vendors")}
            description={t("whomHelp")}
            data={options?.vendors ?? []}
            searchable
            clearable
            {...form.getInputProps("vendors")}
          />
          <MultiSelect
            label={t("models")}
            data={options?.models.map(({ id }) => id) ?? []}
            searchable
            clearable
            limit={50}
            {...form.getInputProps("models")}
          />
        </>
      )}
      {isNew && (
        <Switch
          label={t("asDraft")}
          description={t("asDraftHelp")}
          {...form.getInputProps("draft", { type: "checkbox" })}
        />
      )}
    </FormDrawer>
  );
}

type Values = ReturnType<typeof formOf>;

function formOf(announcement: Announcement | undefined) {
  return {
    title: announcement?.title ?? "",
    text: announcement?.text ?? "",
    titleZh: announcement?.titleZh ?? "",
    textZh: announcement?.textZh ?? "",
    vendors: [...(announcement?.vendors ?? [])],
    models: [...(announcement?.models ?? [])],
    draft: false,
  };
}

function useLabels() {
  const t = useTranslations("announcements");
  return {
    title: t("titleField"),
    text: t("textField"),
    titleZh: t("titleZhField"),
    textZh: t("textZhField"),
    vendors: t("vendors"),
    models: t("models"),
  };
}
