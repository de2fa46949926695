"use client";

import { Select, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { UpdateUser, User } from "#lib/users/schema";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useResourceForm } from "../shell/use-resource-form.ts";

const fields = ["name", "role", "locale"];
const roles = ["owner", "operator", "support", "customer"] as const;
const locales = ["en", "zh"] as const;

type Props = { user: User; etag: string | null; onClose: () => void };
type Values = Pick<User, "name" | "role" | "locale">;

/** Changes a person; another role ends their sessions. */
export function UserForm({ user, etag, onClose }: Props) {
  const t = useTranslations("people");
  const { form, stored, save, notice, drawer } = useResourceForm<Values, UpdateUser, User>({
    values: formOf(user),
    etag,
    formOf,
    labels: { name: t("name"), role: t("role"), locale: t("language") },
    textOf: (name, value) => textOf(name, value, t),
    fields,
    to: { method: "PATCH", path: `/api/users/${user.id}` },
    invalidates: ["/api/users"],
    onSaved: onClose,
  });
  // Only what was changed: another role ends sessions and asks for the password.
  const submit = form.onSubmit(({ name, role, locale }) =>
    save({ name, locale, ...(role === stored.role ? {} : { role }) }),
  );
  return (
    <FormDrawer
      {...drawer}
      opened
      onClose={onClose}
      title={t("editTitle", { name: user.name || user.email })}
      action={t("save")}
      onSubmit={submit}
    >
      {notice}
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
