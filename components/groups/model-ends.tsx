"use client";

import { Input, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import classes from "./groups.module.css";

type Props = {
  models: readonly string[];
  /** By model, as an input of local time holds it; empty: as all others. */
  ends: Readonly<Record<string, string>>;
  /** Those that stay for good while an end is not typed for them, whatever the others do. */
  forGood: readonly string[];
  error: ReactNode;
  onChange: (model: string, end: string) => void;
};

/** An end of its own for each model that is activated. */
export function ModelEnds({ models, ends, forGood, error, onChange }: Props) {
  const t = useTranslations("groups");
  return (
    <Input.Wrapper label={t("modelEnds")} description={t("modelEndsHelp")} error={error} labelElement="div">
      <div className={classes.ends}>
        {models.map((model) => (
          <div className={classes.end} key={model}>
            <span className={classes.endOf} title={model}>
              {model}
              {forGood.includes(model) && (ends[model] ?? "") === "" && (
                <span className={classes.dim}> ({t("staysForGood")})</span>
              )}
            </span>
            <TextInput
              type="datetime-local"
              aria-label={t("endOfModel", { model })}
              value={ends[model] ?? ""}
              onChange={(event) => onChange(model, event.currentTarget.value)}
            />
          </div>
        ))}
      </div>
    </Input.Wrapper>
  );
}
