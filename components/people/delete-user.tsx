"use client";

import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { accountsOfUserQuery } from "#lib/api/queries";
import type { User } from "#lib/users/schema";
import { ConfirmDialog } from "../common/confirm-dialog.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";

type Props = { user: User; onClose: () => void; onDeleted: () => void };

/** Deletes a person; says which accounts nobody else could look after. */
export function DeleteUser({ user, onClose, onDeleted }: Props) {
  const t = useTranslations("people");
  const { data } = useQuery(accountsOfUserQuery(user.id));
  const name = user.name || user.email;
  const remove = useApiMutation<void, null>({
    send: () => ({ method: "DELETE", path: `/api/users/${user.id}` }),
    invalidates: ["/api/users"],
    onSaved: () => {
      notifications.show({ message: t("deleted", { name }) });
      onDeleted();
    },
  });
  const orphans = data?.items.filter(({ isLastAdmin }) => isLastAdmin).map((each) => each.name) ?? [];
  return (
    <ConfirmDialog
      opened
      title={t("deleteTitle", { name })}
      name={name}
      action={t("deletePerson")}
      isBusy={remove.isPending}
      error={remove.error?.message ?? null}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      {t("deleteText")}
      {orphans.length > 0 && (
        <p role="note">{t("deleteOrphans", { count: orphans.length, names: orphans.join(", ") })}</p>
      )}
    </ConfirmDialog>
  );
}
