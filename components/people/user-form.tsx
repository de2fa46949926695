"use client";

import { Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslations } from "next-intl";
import type { UpdateUser, User } from "#lib/users/schema";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useEditConflict } from "../shell/use-edit-conflict.tsx";

const fields = ["name", "role", "locale"];
const roles = ["owner", "operator", "support", "customer"] as const;
const locales = ["en", "zh"] as const;

type Props = { user: User; etag: string | null; onClose: () => void };
type Values = Pick<User, "name" | "role" | "locale">;

/** Changes a person; another role ends their sessions. */
export function UserForm({ user, etag, onClose }: Props) {
  const t = useTranslations("people");
  const form = useForm<Values>({ initialValues: formOf(user) });
  const conflict = useEditConflict<Values>({
    base: formOf(user),
    etag,
    formOf,
    labels: { name: t("name"), role: t("role"), locale: t("language") },
    getValues: () => form.values,
    setValues: form.setValues,
    textOf: (name, value) => textOf(name, value, t),
  });
  const save = useApiMutation<UpdateUser, User>({
    send: (body) => ({ method: "PATCH", path: `/api/users/${user.id}`, body, ifMatch: conflict.etag }),
    invalidates: ["/api/users"],
    onSaved: onClose,
  });
  const submit = form.onSubmit(({ name, role, locale }) =>
    // Only what was changed: another role ends sessions and asks for the password.
    save.mutate(
      { name, locale, ...(role === conflict.stored.role ? {} : { role }) },
      { onError: (problem) => conflict.take(problem) || form.setErrors(fieldErrors(problem, fields)) },
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
      problem={save.error?.code === "stale" ? null : save.error}
      fields={fields}
    >
      {conflict.notice}
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

function formOf({ name, role, locale }: User): Values {
  return { name, role, locale };
}

function textOf(
  name: string,
  value: unknown,
  t: ReturnType<typeof useTranslations<"people">>,
): string | undefined {
  const role = name === "role" && roles.find((one) => one === value);
  const locale = name === "locale" && locales.find((one) => one === value);
  if (role) return t(`roles.${role}`);
  return locale ? t(`locales.${locale}`) : undefined;
}
