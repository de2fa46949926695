"use client";

import { IconFilter } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, use } from "react";
import type { LogFilterKey } from "#lib/logs/filter-keys";
import classes from "./logs.module.css";

type OnFilter = (key: LogFilterKey, value: string) => void;
const OnFilterContext = createContext<OnFilter | null>(null);

/** Values of rows below can be made filters, where there is a list that they filter. */
export function FilterByValue({ onFilter, children }: { onFilter: OnFilter; children: ReactNode }) {
  return <OnFilterContext value={onFilter}>{children}</OnFilterContext>;
}

type Props = { name: LogFilterKey; value: string | null; children: ReactNode; isShown?: boolean };

/** A value with the way to its own filter beside it: on hover in a cell, always where `isShown`. */
export function FilterCell({ name, value, children, isShown = false }: Props) {
  const t = useTranslations("logs");
  const onFilter = use(OnFilterContext);
  if (onFilter === null || value === null || value === "") return children;
  return (
    <span className={classes.filterable} data-shown={isShown || undefined}>
      <span>{children}</span>
      <button
        type="button"
        tabIndex={isShown ? 0 : -1}
        title={t("onlyThese")}
        aria-label={t("only", { name: t(`filters.${name}`), value })}
        onClick={() => onFilter(name, value)}
      >
        <IconFilter size={13} stroke={1.9} aria-hidden />
      </button>
    </span>
  );
}
