"use client";

import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import type { PutVersionText, VersionText } from "#lib/announcements/schema";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { WordsFields } from "./words-fields.tsx";

const fields = ["title", "text", "titleZh", "textZh"];

/** The words that a draft of prices is announced with; the figures follow from the prices. */
export function VersionTextForm({
  path,
  text,
  onClose,
}: {
  path: string;
  text: VersionText;
  onClose: () => void;
}) {
  const t = useTranslations("announcements");
  const form = useForm({
    initialValues: { title: text.title, text: text.text, titleZh: text.titleZh, textZh: text.textZh },
  });
  const save = useApiMutation<PutVersionText, VersionText>({
    send: (body) => ({ method: "PUT", path, body }),
    invalidates: ["/api/prices", "/api/announcements"],
    onSaved: () => {
      notifications.show({ color: "green", message: t("saved") });
      onClose();
    },
  });
  const submit = form.onSubmit((words) =>
    save.mutate(words, { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) }),
  );
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("write")}
      action={t("save")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={fields}
    >
      <WordsFields propsOf={form.getInputProps} />
    </FormDrawer>
  );
}
