"use client";

import { Checkbox, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import classes from "./end-field.module.css";

type Props = {
  /** As an input of local time holds it. */
  end: string;
  isForGood: boolean;
  error: ReactNode;
  onChange: (end: string, isForGood: boolean) => void;
};

/** Until when: a moment, or for good, which has to be said: nothing is for good because a field was overlooked. */
export function EndField({ end, isForGood, error, onChange }: Props) {
  const t = useTranslations("common");
  return (
    <div className={classes.until}>
      <TextInput
        type="datetime-local"
        label={t("until")}
        value={isForGood ? "" : end}
        disabled={isForGood}
        error={error}
        onChange={({ currentTarget }) => onChange(currentTarget.value, false)}
      />
      <Checkbox
        label={t("forGoodLong")}
        checked={isForGood}
        onChange={({ currentTarget }) => onChange(end, currentTarget.checked)}
      />
    </div>
  );
}
