"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import type { Channel } from "#lib/channels/schema";

const ConfirmRemoval = dynamic(
  () => import("../shell/confirm-removal.tsx").then((module) => module.ConfirmRemoval),
  { ssr: false },
);

type Props = { channel: Channel | null; onClose: () => void; onDeleted: () => void };

/** Deletes a channel once its name has been typed; null: none is to be deleted. */
export function DeleteChannelDialog({ channel, onClose, onDeleted }: Props) {
  const t = useTranslations("channels");
  if (channel === null) return null;
  return (
    <ConfirmRemoval
      path={`/api/channels/${channel.id}`}
      invalidates={["/api/channels", "/api/models"]}
      title={t("deleteTitle")}
      name={channel.name}
      action={t("deleteAction")}
      onClose={onClose}
      onRemoved={onDeleted}
    >
      {t("deleteText")}
    </ConfirmRemoval>
  );
}
