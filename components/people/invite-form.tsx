"use client";

import { Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import type { CreateInvitation, Invitation } from "#lib/invitations/schema";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";

const fields = ["email", "role", "memberRole"];
const consoleRoles = ["owner", "operator", "support"] as const;
const memberRoles = ["admin", "member"] as const;

type Props = {
  /** Into this account; null: to the console. */
  accountId: string | null;
  onClose: () => void;
  onInvited: () => void;
};

/** Mails someone a link with which they join. */
export function InviteForm({ accountId, onClose, onInvited }: Props) {
  const t = useTranslations("people");
  const form = useForm<{
    email: string;
    role: (typeof consoleRoles)[number];
    memberRole: (typeof memberRoles)[number];
  }>({ initialValues: { email: "", role: "operator", memberRole: "member" } });
  const save = useApiMutation<CreateInvitation, Invitation>({
    send: (body) => ({ method: "POST", path: "/api/invitations", body }),
    invalidates: ["/api/invitations"],
    idempotent: true,
    onSaved: ({ email }) => {
      notifications.show({ message: t("invited", { email }) });
      onInvited();
    },
  });
  const submit = form.onSubmit(({ email, role, memberRole }) =>
    save.mutate(accountId === null ? { email, role } : { email, accountId, memberRole }, {
      onError: (problem) => form.setErrors(fieldErrors(problem, fields)),
    }),
  );
  const action = accountId === null ? t("invite") : t("inviteMember");
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={action}
      action={t("sendInvitation")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={fields}
    >
      <TextInput
        type="email"
        label={t("email")}
        placeholder="ada@example.com"
        {...form.getInputProps("email")}
        data-autofocus
      />
      {accountId === null ? (
        <Select
          label={t("role")}
          data={consoleRoles.map((value) => ({ value, label: t(`roles.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("role")}
        />
      ) : (
        <Select
          label={t("role")}
          description={t("memberRoleHelp")}
          data={memberRoles.map((value) => ({ value, label: t(`roles.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("memberRole")}
        />
      )}
    </FormDrawer>
  );
}
