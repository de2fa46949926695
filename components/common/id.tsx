"use client";

import { CopyButton } from "@mantine/core";
import { useTranslations } from "next-intl";
import classes from "./common.module.css";

/** An id in mono, shortened in the middle; a click copies the whole. */
export function Id({ value, full = false }: { value: string | null; full?: boolean }) {
  const t = useTranslations("common");
  if (value === null) return <span className={classes.none}>–</span>;
  return (
    <CopyButton value={value} timeout={1500}>
      {({ copied, copy }) => (
        <>
          <button
            type="button"
            className={classes.id}
            title={value}
            data-copied={copied || undefined}
            data-full={full || undefined}
            aria-label={t("copyId", { id: full ? value : shorten(value) })}
            onClick={(event) => {
              event.stopPropagation();
              copy();
            }}
          >
            {full ? value : shorten(value)}
          </button>
          {copied && (
            <span role="status" className={classes.copied}>
              {t("copied")}
            </span>
          )}
        </>
      )}
    </CopyButton>
  );
}

function shorten(id: string): string {
  return id.length <= 14 ? id : `${id.slice(0, 6)}…${id.slice(-5)}`;
}
