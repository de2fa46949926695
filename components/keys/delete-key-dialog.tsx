"use client";

import { useTranslations } from "next-intl";
import type { BulkKeys, BulkKeysAnswer } from "#lib/keys/rotation-schema";
import type { Key } from "#lib/keys/schema";
import { ConfirmRemoval } from "../shell/confirm-removal.tsx";
import { undoNotice } from "../shell/offer-notice.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";

type Props = { apiKey: Key; onClose: () => void; onDeleted: () => void };

/** Deletes a key once its name has been typed; for 24 h it can be brought back, the notice offers it at once. */
export function DeleteKeyDialog({ apiKey, onClose, onDeleted }: Props) {
  const t = useTranslations("keys");
  const restore = useApiMutation<BulkKeys, BulkKeysAnswer>({
    send: (body) => ({ method: "POST", path: "/api/keys/bulk", body }),
    invalidates: ["/api/keys"],
  });
  const { id, name } = apiKey;
  return (
    <ConfirmRemoval
      path={`/api/keys/${id}`}
      invalidates={["/api/keys"]}
      title={t("deleteTitle")}
      name={name}
      action={t("deleteAction")}
      onClose={onClose}
      onRemoved={() => {
        undoNotice({
          id: `delete-${id}`,
          message: t("deleted", { name }),
          action: t("undo"),
          onUndo: () => restore.mutate({ action: "restore", ids: [id] }),
        });
        onDeleted();
      }}
    >
      {t("deleteText")}
    </ConfirmRemoval>
  );
}
