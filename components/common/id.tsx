"use client";

import { CopyButton, Tooltip } from "@mantine/core";
import { useTranslations } from "next-intl";
import classes from "./common.module.css";

/** An id in mono, shortened in the middle; a click copies the whole. */
export function Id({ value, full = false }: { value: string | null; full?: boolean }) {
  const t = useTranslations("common");
  if (value === null) return <span className={classes.none}>–</span>;
  return (
    <CopyButton value={value} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t("copied") : value}>
          <button
            type="button"
            className={classes.id}
            data-full={full || undefined}
            aria-label={t("copyId", { id: full ? value : shorten(value) })}
            onClick={(event) => {
              event.stopPropagation();
              copy();
            }}
          >
            {full ? value : shorten(value)}
          </button>
        </Tooltip>
      )}
    </CopyButton>
  );
}

function shorten(id: string): string {
  return id.length <= 14 ? id : `${id.slice(0, 6)}…${id.slice(-5)}`;
}
