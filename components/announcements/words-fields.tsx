"use client";

import { Textarea, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";

/** Title and text of an announcement in both languages; `propsOf` binds a field of the form by its name. */
export function WordsFields({
  propsOf,
}: {
  propsOf: (name: "title" | "text" | "titleZh" | "textZh") => object;
}) {
  const t = useTranslations("announcements");
  return (
    <>
      <TextInput label={t("titleField")} data-autofocus {...propsOf("title")} />
      <Textarea
        label={t("textField")}
        description={t("markdownHelp")}
        autosize
        minRows={6}
        maxRows={16}
        {...propsOf("text")}
      />
      <TextInput label={t("titleZhField")} description={t("zhHelp")} {...propsOf("titleZh")} />
      <Textarea label={t("textZhField")} autosize minRows={3} maxRows={14} {...propsOf("textZh")} />
    </>
  );
}
