"use client";

import { useTranslations } from "next-intl";
import type { Key } from "#lib/keys/schema";
import { ConfirmDialog } from "../common/confirm-dialog.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";

type Props = { apiKey: Key; onClose: () => void; onDeleted: () => void };

/** Deletes a key for good once its name has been typed. */
export function DeleteKeyDialog({ apiKey, onClose, onDeleted }: Props) {
  const t = useTranslations("keys");
  const remove = useApiMutation<Key, null>({
    send: ({ id }) => ({ method: "DELETE", path: `/api/keys/${id}` }),
    invalidates: ["/api/keys"],
    onSaved: onDeleted,
  });
  return (
    <ConfirmDialog
      opened
      title={t("deleteTitle")}
      name={apiKey.name}
      action={t("deleteAction")}
      isBusy={remove.isPending}
      error={remove.error?.message ?? null}
      onConfirm={() => remove.mutate(apiKey)}
      onClose={onClose}
    >
      {t("deleteText")}
    </ConfirmDialog>
  );
}
