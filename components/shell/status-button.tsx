"use client";

import { Button } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { useStatusToggle } from "./use-status-toggle.tsx";

type Props = {
  row: { id: string; name: string; status: "active" | "disabled" };
  /** The list's address in the management API. */
  path: string;
  /** The feature's words: disable, enable. */
  words: "keys" | "channels";
};

/** Disables or enables at once; the notice offers to undo. */
export function StatusButton({ row: { id, name, status }, path, words }: Props) {
  const t = useTranslations(words);
  const toggle = useStatusToggle(path);
  const isActive = status === "active";
  return (
    <Button
      variant="default"
      leftSection={isActive ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
      onClick={() => toggle.mutate({ id, name, status: isActive ? "disabled" : "active" })}
    >
      {isActive ? t("disable") : t("enable")}
    </Button>
  );
}
