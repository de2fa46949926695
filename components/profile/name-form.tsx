"use client";

import { Button, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import type { Locale, User } from "#lib/users/schema";
import { fieldErrors } from "../shell/form-drawer.tsx";
import { languages, setLanguage } from "../shell/language.ts";
import { useMe } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./profile.module.css";

/** Name and language; mails are written in it too. */
export function NameForm() {
  const t = useTranslations("profile");
  const { user } = useMe();
  const locale = useLocale();
  const router = useRouter();
  const form = useForm({
    initialValues: { name: user?.name ?? "", locale: user?.locale ?? (locale as Locale) },
  });
  const save = useApiMutation<{ name: string; locale: Locale }, User>({
    send: (body) => ({ method: "PATCH", path: "/api/me", body }),
    invalidates: ["/api/me", "/api/users"],
    onSaved: (saved) => {
      if (saved.locale !== null) setLanguage(saved.locale);
      notifications.show({ message: t("saved") });
      router.refresh();
    },
  });
  const submit = form.onSubmit((values) =>
    save.mutate(values, { onError: (problem) => form.setErrors(fieldErrors(problem, ["name"])) }),
  );
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput label={t("email")} value={user?.email ?? ""} readOnly variant="filled" />
      <TextInput label={t("name")} autoComplete="name" {...form.getInputProps("name")} />
      <Select
        label={t("language")}
        data={languages.map(({ value, label }) => ({ value, label }))}
        allowDeselect={false}
        {...form.getInputProps("locale")}
      />
      <Button type="submit" loading={save.isPending}>
        {t("save")}
      </Button>
    </form>
  );
}
