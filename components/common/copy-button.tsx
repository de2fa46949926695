"use client";

import { ActionIcon, CopyButton as Copy, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslations } from "next-intl";

/** Copies `value`; `label` says what, for those who do not see the icon. */
export function CopyButton({ value, label, size = 22 }: { value: string; label?: string; size?: number }) {
  const t = useTranslations("common");
  return (
    <Copy value={value} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t("copied") : (label ?? t("copy"))}>
          <ActionIcon
            size={size}
            aria-label={label ?? t("copy")}
            color={copied ? "green" : "gray"}
            onClick={(event) => {
              event.stopPropagation();
              event.preventDefault();
              copy();
            }}
          >
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </Copy>
  );
}
