"use client";

import { Alert, Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import { fieldErrors } from "../shell/form-drawer.tsx";
import { useMe } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./profile.module.css";

const fields = ["currentPassword", "newPassword"] as const;

/** A new password in place of the current one; every other session ends. */
export function PasswordForm() {
  const t = useTranslations("profile");
  const { user } = useMe();
  const form = useForm({ initialValues: { currentPassword: "", newPassword: "" } });
  const change = useApiMutation<typeof form.values, null>({
    send: (body) => ({ method: "POST", path: "/api/me/password", body }),
    invalidates: [],
    onSaved: () => {
      form.reset();
      notifications.show({ message: t("passwordChanged") });
    },
  });
  const submit = form.onSubmit((values) =>
    change.mutate(values, { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) }),
  );
  const refused = change.error !== null && !fields.some((field) => field in (change.error?.fields ?? {}));
  return (
    <form className={classes.form} onSubmit={submit}>
      {refused && (
        <Alert color="red" variant="light" role="alert">
          {change.error?.message}
        </Alert>
      )}
      <input type="hidden" autoComplete="username" value={user?.email ?? ""} readOnly />
      <TextInput
        type="password"
        label={t("currentPassword")}
        autoComplete="current-password"
        {...form.getInputProps("currentPassword")}
      />
      <TextInput
        type="password"
        label={t("newPassword")}
        description={t("passwordRule")}
        autoComplete="new-password"
        {...form.getInputProps("newPassword")}
      />
      <Button type="submit" variant="default" loading={change.isPending}>
        {t("changePassword")}
      </Button>
    </form>
  );
}
