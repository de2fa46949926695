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
  const { user, hasPassword } = useMe();
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
  if (!hasPassword) return <NoPassword />;
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

/** Somebody who came by a provider has none; a mail's link sets one. */
function NoPassword() {
  const t = useTranslations("profile");
  const { user } = useMe();
  const mail = useApiMutation<void, null>({
    send: () => ({ method: "POST", path: "/api/auth/forgot-password", body: { email: user?.email } }),
    invalidates: [],
    onSaved: () => notifications.show({ message: t("passwordMailed", { email: user?.email ?? "" }) }),
  });
  return (
    <>
      <p className={classes.text}>{t("noPassword")}</p>
      {mail.error !== null && <p role="alert">{mail.error.message}</p>}
      <Button variant="default" loading={mail.isPending} onClick={() => mail.mutate()}>
        {t("mailPasswordLink")}
      </Button>
    </>
  );
}
