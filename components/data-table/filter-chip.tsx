"use client";

import { IconX } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import classes from "./filter-bar.module.css";
import { FilterEditor } from "./filter-editor.tsx";
import type { FilterSpec } from "./filter-types.ts";
import { LazyPopover } from "./lazy-popover.tsx";

type Props = { spec: FilterSpec; value: string; onChange: (value: string | null) => void };

/** A filter in force: click to change it, × to take it away. */
export function FilterChip({ spec, value, onChange }: Props) {
  const t = useTranslations("filters");
  const [isOpen, setOpen] = useState(false);
  return (
    <span className={classes.chip}>
      <LazyPopover
        opened={isOpen}
        onChange={setOpen}
        width={300}
        target={
          <button
            type="button"
            className={classes.chipText}
            aria-haspopup="dialog"
            onClick={() => setOpen(!isOpen)}
          >
            <span className={classes.chipName}>{spec.chipLabel ?? spec.label}</span>{" "}
            <FilterValue spec={spec} value={value} />
          </button>
        }
      >
        <FilterEditor
          spec={spec}
          value={value}
          onApply={(next) => {
            onChange(next);
            setOpen(false);
          }}
        />
      </LazyPopover>
      <button
        type="button"
        className={classes.chipRemove}
        aria-label={t("remove", { name: spec.label })}
        onClick={() => onChange(null)}
      >
        <IconX size={12} aria-hidden />
      </button>
    </span>
  );
}

function FilterValue({ spec: { input }, value }: { spec: FilterSpec; value: string }) {
  if (input.kind === "search") return <input.Label id={value} />;
  if (input.kind === "choice") return input.options.find((option) => option.value === value)?.label ?? value;
  return input.show?.(value) ?? value;
}
