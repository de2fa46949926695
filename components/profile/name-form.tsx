"use client";

import { Alert, Button, Select, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import type { Locale, User } from "#lib/users/schema";
import { languages, setLanguage } from "../shell/language.ts";
import type { Me } from "../shell/me.tsx";
import { useEdited } from "../shell/use-edited.ts";
import { useResourceForm } from "../shell/use-resource-form.ts";
import classes from "./profile.module.css";

type Values = { name: string; locale: Locale };

/** Name and language; mails are written in it too. */
export function NameForm() {
  const { data, refetch } = useEdited<Me>("/api/me");
  if (data === undefined || data.value.user === null) return null;
  // What was saved is read again with its ETag: the next change starts from there.
  return <Filled key={data.etag} user={data.value.user} etag={data.etag} onSaved={refetch} />;
}

type Props = { user: User; etag: string | null; onSaved: () => unknown };

function Filled({ user, etag, onSaved }: Props) {
  const t = useTranslations("profile");
  const browsers = useLocale() as Locale;
  const router = useRouter();
  const formOf = ({ name, locale }: User): Values => ({ name, locale: locale ?? browsers });
  const { form, save, notice, drawer } = useResourceForm<Values, Values, User>({
    values: formOf(user),
    etag,
    formOf,
    labels: { name: t("name"), locale: t("language") },
    textOf: (_, value) => languages.find((language) => language.value === value)?.label,
    fields: ["name"],
    to: { method: "PATCH", path: "/api/me" },
    invalidates: ["/api/me", "/api/users"],
    onSaved: (saved) => {
      if (saved.locale !== null) setLanguage(saved.locale);
      notifications.show({ message: t("saved") });
      onSaved();
      router.refresh();
    },
  });
  const { problem, isBusy } = drawer;
  return (
    <form className={classes.form} onSubmit={form.onSubmit(save)}>
      {notice}
      {problem !== null && problem.fields.name === undefined && (
        <Alert color="red" variant="light" role="alert">
          {problem.message}
        </Alert>
      )}
      <TextInput label={t("email")} value={user.email} readOnly variant="filled" />
      <TextInput label={t("name")} autoComplete="name" {...form.getInputProps("name")} />
      <Select
        label={t("language")}
        data={languages.map(({ value, label }) => ({ value, label }))}
        allowDeselect={false}
        {...form.getInputProps("locale")}
      />
      <Button type="submit" loading={isBusy}>
        {t("save")}
      </Button>
    </form>
  );
}
