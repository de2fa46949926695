"use client";

import { Button, Group } from "@mantine/core";
import { IconArrowsMaximize, IconListDetails, IconPencil, IconTrash } from "@tabler/icons-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { StatusButton } from "./status-button.tsx";

type Props = {
  row: { id: string; name: string; status: "active" | "disabled" };
  /** The list's address in the management API. */
  path: string;
  /** Where its calls are. */
  logsHref: string;
  /** Its own page, where it has one. */
  pageHref?: string;
  /** The feature's words: viewLogs, edit, disable, enable, delete. */
  words: "keys" | "channels";
  mayWrite: boolean;
  onEdit: () => void;
  onDelete: () => void;
};

/** What can be done with one key or channel, above its facts: its logs, edit, disable or enable, delete. */
export function RowActions({ row, path, logsHref, pageHref, words, mayWrite, onEdit, onDelete }: Props) {
  const t = useTranslations(words);
  const open = useTranslations("common")("openPage");
  return (
    <Group gap="xs" mb="md">
      {pageHref !== undefined && (
        <Button
          component={Link}
          href={pageHref}
          variant="default"
          leftSection={<IconArrowsMaximize size={16} />}
        >
          {open}
        </Button>
      )}
      <Button component={Link} href={logsHref} variant="default" leftSection={<IconListDetails size={16} />}>
        {t("viewLogs")}
      </Button>
      {mayWrite && (
        <>
          <Button variant="default" leftSection={<IconPencil size={16} />} onClick={onEdit}>
            {t("edit")}
          </Button>
          <StatusButton row={row} path={path} words={words} />
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
