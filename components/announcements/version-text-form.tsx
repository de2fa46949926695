"use client";

import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import type { PutVersionText, VersionText } from "#lib/announcements/schema";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useEdited } from "../shell/use-edited.ts";
import { useResourceForm } from "../shell/use-resource-form.ts";
import { WordsFields } from "./words-fields.tsx";

type Props = { path: string; onClose: () => void };
const fields = ["title", "text", "titleZh", "textZh"];

/** The words that a draft of prices is announced with; the figures follow from the prices. */
export function VersionTextForm(props: Props) {
  const { data } = useEdited<VersionText>(props.path);
  return data === undefined ? null : <Filled {...props} text={data.value} etag={data.etag} />;
}

type FilledProps = Props & { text: VersionText; etag: string | null };

function Filled({ path, onClose, text, etag }: FilledProps) {
  const t = useTranslations("announcements");
  const { form, save, notice, drawer } = useResourceForm<PutVersionText, PutVersionText, VersionText>({
    values: formOf(text),
    etag,
    formOf,
    labels: {
      title: t("titleField"),
      text: t("textField"),
      titleZh: t("titleZhField"),
      textZh: t("textZhField"),
    },
    fields,
    to: { method: "PUT", path },
    invalidates: ["/api/prices", "/api/announcements"],
    onSaved: () => {
      notifications.show({ color: "green", message: t("saved") });
      onClose();
    },
  });
  return (
    <FormDrawer
      {...drawer}
      opened
      onClose={onClose}
      title={t("write")}
      action={t("save")}
      onSubmit={form.onSubmit(save)}
    >
      {notice}
      <WordsFields propsOf={form.getInputProps} />
    </FormDrawer>
  );
}

function formOf({ title, text, titleZh, textZh }: VersionText): PutVersionText {
  return { title, text, titleZh, textZh };
}
