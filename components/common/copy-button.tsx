"use client";

import { ActionIcon, CopyButton as Copy } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import classes from "./common.module.css";

/** Copies `value`; `label` says what, for those who do not see the icon. */
export function CopyButton({ value, label, size = 22 }: { value: string; label?: string; size?: number }) {
  const t = useTranslations("common");
  return (
    <Copy value={value} timeout={1500}>
      {({ copied, copy }) => (
        <>
          <ActionIcon
            size={size}
            title={label ?? t("copy")}
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
          {/* The icon says it to those who see it. */}
          {copied && (
            <span role="status" className={classes.said}>
              {t("copied")}
            </span>
          )}
        </>
      )}
    </Copy>
  );
}
