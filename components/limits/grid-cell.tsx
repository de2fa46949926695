// biome-ignore-all lint/a11y/useSemanticElements: a cell of a grid that is no table
// biome-ignore-all lint/a11y/useFocusableInteractive: while one types, the focus is in the cell's input
"use client";

import { IconEyeOff, IconHourglass } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import type { LimitAnswer } from "#lib/limits/schema";
import { groupDigits } from "../common/format-money.ts";
import { readLimit } from "./limit-edits.ts";
import classes from "./limits.module.css";

type Props = {
  at: string;
  label: string;
  isHere: boolean;
  mayWrite: boolean;
  value: number | null;
  stood: LimitAnswer | undefined;
  isDraft: boolean;
  isShadow: boolean;
  /** What applies where this cell is empty. */
  fallback: number | null;
  /** How many groups, accounts, keys and channels have a limit of their own here. */
  overrides: number;
  /** What is typed; null: nobody is typing here. */
  editing: string | null;
  onText: (text: string) => void;
  onChoose: () => void;
  onBegin: () => void;
  onLeave: () => void;
};

/** One limit: its value, what it was if it is being changed, and marks for shadow, grant and overrides. */
export function GridCell(props: Props) {
  const { at, label, isHere, mayWrite, value, stood, isDraft, isShadow, fallback, overrides, editing } =
    props;
  const t = useTranslations("limits");
  if (editing !== null) {
    const isBad = readLimit(editing) === undefined;
    return (
      <div role="gridcell" className={classes.cell} data-editing>
        <input
          // biome-ignore lint/a11y/noAutofocus: the cell was chosen and is being typed into
          autoFocus
          className={classes.input}
          aria-label={label}
          aria-invalid={isBad}
          title={isBad ? t("unreadable") : undefined}
          inputMode="decimal"
          value={editing}
          onChange={({ currentTarget }) => props.onText(currentTarget.value)}
          onBlur={props.onLeave}
        />
        {isBad && (
          <span role="alert" className={classes.cellError}>
            {t("unreadable")}
          </span>
        )}
      </div>
    );
  }
  const before = stood?.value ?? null;
  const applied = fallback === null ? t("noLimit") : t("fallback", { value: groupDigits(String(fallback)) });
  const valueWord = value === null ? applied : groupDigits(String(value));
  return (
    <div
      role="gridcell"
      tabIndex={isHere ? 0 : -1}
      data-cell={at}
      className={classes.cell}
      data-draft={isDraft || undefined}
      data-shadow={isShadow || undefined}
      aria-label={`${label}: ${valueWord}${isDraft ? `, ${t("changed")}` : ""}${overrides > 0 ? `, ${t("overridesHere", { count: overrides })}` : ""}`}
      aria-readonly={!mayWrite}
      onFocus={props.onChoose}
      onDoubleClick={props.onBegin}
    >
      {isDraft && before !== value && (
        <span className={classes.before} data-value={before === null ? "–" : groupDigits(String(before))} />
      )}
      {isShadow && <IconEyeOff size={13} aria-hidden />}
      {stood?.grant != null && !isDraft && <IconHourglass size={13} aria-hidden />}
      {value === null ? <Empty fallback={fallback} /> : <span>{groupDigits(String(value))}</span>}
      {overrides > 0 && (
        <span
          className={classes.overrides}
          data-value={`+${overrides}`}
          title={t("overridesHere", { count: overrides })}
        />
      )}
    </div>
  );
}

function Empty({ fallback }: { fallback: number | null }) {
  return <span className={classes.none}>{fallback === null ? "–" : groupDigits(String(fallback))}</span>;
}
