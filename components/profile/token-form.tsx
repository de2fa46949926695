"use client";

import { Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslations } from "next-intl";
import type { CreatedToken, CreateToken } from "#lib/tokens/schema";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useMe } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";

const fields = ["name", "role", "expiresAt"];
const roles = ["owner", "operator", "support"] as const;

/** Makes a management token of at most one's own role. */
export function TokenForm({
  onClose,
  onCreated,
}: {
  onClose: () => void;
  onCreated: (token: CreatedToken) => void;
}) {
  const t = useTranslations("profile");
  const { role } = useMe();
  const own = roles.slice(Math.max(0, roles.indexOf(role as (typeof roles)[number])));
  const form = useForm({ initialValues: { name: "", role: own[0] ?? "support", expiresAt: "" } });
  const save = useApiMutation<CreateToken, CreatedToken>({
    send: (body) => ({ method: "POST", path: "/api/tokens", body }),
    invalidates: ["/api/tokens"],
    idempotent: true,
    onSaved: (token) => {
      onClose();
      onCreated(token);
    },
  });
  const submit = form.onSubmit(({ name, role: chosen, expiresAt }) =>
    save.mutate(
      { name, role: chosen, expiresAt: expiresAt === "" ? null : new Date(expiresAt).toISOString() },
      { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) },
    ),
  );
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("createToken")}
      action={t("createToken")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={fields}
    >
      <TextInput
        label={t("tokenName")}
        placeholder={t("tokenNamePlaceholder")}
        {...form.getInputProps("name")}
        data-autofocus
      />
      <Select
        label={t("tokenRole")}
        data={own.map((value) => ({ value, label: t(`roles.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("role")}
      />
      <TextInput
        type="datetime-local"
        label={t("expiresAt")}
        description={t("expiresAtHelp")}
        {...form.getInputProps("expiresAt")}
      />
    </FormDrawer>
  );
}
