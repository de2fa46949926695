"use client";

import { Button, Group } from "@mantine/core";
import { IconListDetails, IconPencil, IconPlayerPause, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useStatusToggle } from "./use-status-toggle.tsx";

type Props = {
  row: { id: string; name: string; status: "active" | "draining" | "disabled" };
  /** The list's address in the management API. */
  path: string;
  /** Where its calls are. */
  logsHref: string;
  /** The feature's words: viewLogs, edit, disable, enable, delete. */
  words: "keys" | "channels";
  mayWrite: boolean;
  onEdit: () => void;
  onDelete: () => void;
};

/** What can be done with one key or channel, above its facts: its logs, edit, disable or enable, delete. */
export function RowActions({ row, path, logsHref, words, mayWrite, onEdit, onDelete }: Props) {
  const t = useTranslations(words);
  const toggle = useStatusToggle(path);
  const isActive = row.status === "active";
  const { id, name } = row;
  return (
    <Group gap="xs" mb="md">
      <Button component={Link} href={logsHref} variant="default" leftSection={<IconListDetails size={16} />}>
        {t("viewLogs")}
      </Button>
      {mayWrite && (
        <>
          <Button variant="default" leftSection={<IconPencil size={16} />} onClick={onEdit}>
            {t("edit")}
          </Button>
          <Button
            variant="default"
            leftSection={isActive ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
            onClick={() => toggle.mutate({ id, name, status: isActive ? "disabled" : "active" })}
          >
            {isActive ? t("disable") : t("enable")}
          </Button>
          <Button
            variant="default"
            c="var(--tg-bad)"
            leftSection={<IconTrash size={16} />}
            onClick={onDelete}
          >
            {t("delete")}
          </Button>
        </>
      )}
    </Group>
  );
}
