"use client";

import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { accountsOfUserQuery } from "#lib/api/queries";
import type { User } from "#lib/users/schema";
import { ConfirmRemoval } from "../shell/confirm-removal.tsx";

type Props = { user: User; onClose: () => void; onDeleted: () => void };

/** Deletes a person; says which accounts nobody else could look after. */
export function DeleteUser({ user, onClose, onDeleted }: Props) {
  const t = useTranslations("people");
  const { data } = useQuery(accountsOfUserQuery(user.id));
  const name = user.name || user.email;
  const orphans = data?.items.filter(({ isLastAdmin }) => isLastAdmin).map((each) => each.name) ?? [];
  return (
    <ConfirmRemoval
      path={`/api/users/${user.id}`}
      invalidates={["/api/users"]}
      title={t("deleteTitle", { name })}
      name={name}
      action={t("deletePerson")}
      onClose={onClose}
      onRemoved={() => {
        notifications.show({ message: t("deleted", { name }) });
        onDeleted();
      }}
    >
      {t("deleteText")}
      {orphans.length > 0 && (
        <p role="note">{t("deleteOrphans", { count: orphans.length, names: orphans.join(", ") })}</p>
      )}
    </ConfirmRemoval>
  );
}
