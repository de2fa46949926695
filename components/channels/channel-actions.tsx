"use client";

import { Button, Menu } from "@mantine/core";
import {
  IconArrowBarToDown,
  IconDots,
  IconListDetails,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
} from "@tabler/icons-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { Channel } from "#lib/channels/schema";
import { useCan } from "../shell/me.tsx";
import { useStatusToggle } from "../shell/use-status-toggle.tsx";

type Props = { channel: Channel; onEdit: () => void; onDelete: () => void };

/** What can be done with a channel: its logs, edit; drain, disable or enable; delete. */
export function ChannelActions({ channel, onEdit, onDelete }: Props) {
  const t = useTranslations("channels");
  const mayWrite = useCan("channels.write");
  const toggle = useStatusToggle<Channel["status"]>("/api/channels");
  const { id, name, status } = channel;
  const change = (to: Channel["status"]) => toggle.mutate({ id, name, status: to, was: status });
  return (
    <>
      <Button
        component={Link}
        href={`/logs?channelId=${id}`}
        variant="default"
        leftSection={<IconListDetails size={16} />}
      >
        {t("viewLogs")}
      </Button>
      {mayWrite && (
        <>
          <Button variant="default" leftSection={<IconPencil size={16} />} onClick={onEdit}>
            {t("edit")}
          </Button>
          {status === "active" ? (
            <Button
              variant="default"
              leftSection={<IconPlayerPause size={16} />}
              onClick={() => change("disabled")}
            >
              {t("disable")}
            </Button>
          ) : (
            <Button
              variant="default"
              leftSection={<IconPlayerPlay size={16} />}
              onClick={() => change("active")}
            >
              {t("enable")}
            </Button>
          )}
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="default" px={9} aria-label={t("more")}>
                <IconDots size={16} />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {status === "active" && (
                <Menu.Item leftSection={<IconArrowBarToDown size={16} />} onClick={() => change("draining")}>
                  {t("drain")}
                </Menu.Item>
              )}
              <Menu.Item
                leftSection={<IconTrash size={16} />}
                style={{ color: "var(--tg-bad)" }}
                onClick={onDelete}
              >
                {t("delete")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      )}
    </>
  );
}
