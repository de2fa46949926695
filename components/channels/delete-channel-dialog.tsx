"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import type { Channel } from "#lib/channels/schema";
import { useApiMutation } from "../shell/use-api-mutation.ts";

const ConfirmDialog = dynamic(
  () => import("../common/confirm-dialog.tsx").then((module) => module.ConfirmDialog),
  { ssr: false },
);

type Props = { channel: Channel | null; onClose: () => void; onDeleted: () => void };

export function DeleteChannelDialog({ channel, onClose, onDeleted }: Props) {
  const t = useTranslations("channels");
  const remove = useApiMutation<Channel, null>({
    send: ({ id }) => ({ method: "DELETE", path: `/api/channels/${id}` }),
    invalidates: ["/api/channels", "/api/models"],
    onSaved: onDeleted,
  });
  if (channel === null) return null;
  return (
    <ConfirmDialog
      opened
      title={t("deleteTitle")}
      name={channel.name}
      action={t("deleteAction")}
      isBusy={remove.isPending}
      error={remove.error?.message ?? null}
      onConfirm={() => remove.mutate(channel)}
      onClose={onClose}
    >
      {t("deleteText")}
    </ConfirmDialog>
  );
}
