"use client";

import { Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslations } from "next-intl";
import type { UpdateUser, User } from "#lib/users/schema";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";

const fields = ["name", "role", "locale"];
const roles = ["owner", "operator", "support", "customer"] as const;
const locales = ["en", "zh"] as const;

/** Changes a person; another role ends their sessions. */
export function UserForm({ user, onClose }: { user: User; onClose: () => void }) {
  const t = useTranslations("people");
  const form = useForm({ initialValues: { name: user.name, role: user.role, locale: user.locale } });
  const save = useApiMutation<UpdateUser, User>({
    send: (body) => ({ method: "PATCH", path: `/api/users/${user.id}`, body }),
    invalidates: ["/api/users"],
    onSaved: onClose,
  });
  const submit = form.onSubmit(({ name, role, locale }) =>
    // Only what was changed: another role ends sessions and asks for the password.
    save.mutate(
      { name, locale, ...(role === user.role ? {} : { role }) },
      { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) },
    ),
  );
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("editTitle", { name: user.name || user.email })}
      action={t("save")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={fields}
    >
      <TextInput label={t("name")} {...form.getInputProps("name")} data-autofocus />
      <Select
        label={t("role")}
        description={t("roleHelp")}
        data={roles.map((value) => ({ value, label: t(`roles.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("role")}
      />
      <Select
        label={t("language")}
        placeholder={t("asBrowser")}
        data={locales.map((value) => ({ value, label: t(`locales.${value}`) }))}
        clearable
        {...form.getInputProps("locale")}
      />
    </FormDrawer>
  );
}
