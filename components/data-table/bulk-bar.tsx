"use client";

import { Button } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import classes from "./data-table.module.css";

type Props = { count: number; onLetGo: () => void; children: ReactNode };

/** Floats above the list while rows are chosen: how many, and what can be done with all of them. */
export function BulkBar({ count, onLetGo, children }: Props) {
  const t = useTranslations("table");
  if (count === 0) return null;
  return (
    <section className={classes.bulk} aria-label={t("chosen", { count })}>
      <span aria-live="polite">{t("chosen", { count })}</span>
      {children}
      <Button variant="subtle" color="gray" size="compact-sm" onClick={onLetGo}>
        {t("letGo")}
      </Button>
    </section>
  );
}
