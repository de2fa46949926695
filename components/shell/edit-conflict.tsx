"use client";

import { Alert, SegmentedControl } from "@mantine/core";
import { IconGitMerge } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import classes from "./form-drawer.module.css";
import { type FieldConflict, valueText } from "./merge-edit.ts";

type Shown = FieldConflict & { label: string; isTheirs: boolean };
type Props = {
  conflicts: readonly Shown[];
  onChoose: (name: string, value: unknown) => void;
  textOf: ((name: string, value: unknown) => string | undefined) | undefined;
};

/** Somebody saved first: what they changed beside one's own, field by field, to choose from before saving again. */
export function EditConflict({ conflicts, onChoose, textOf }: Props) {
  const t = useTranslations("conflict");
  const read = (name: string, value: unknown) => {
    if (typeof value === "boolean") return t(value ? "yes" : "no");
    return (textOf?.(name, value) ?? valueText(value)) || t("empty");
  };
  return (
    <Alert color="yellow" variant="light" role="alert" icon={<IconGitMerge size={18} />} title={t("title")}>
      {conflicts.length === 0 ? (
        t("none")
      ) : (
        <>
          <p className={classes.conflictText}>{t("text")}</p>
          {conflicts.map(({ name, label, mine, theirs, isTheirs }) => (
            <fieldset key={name} className={classes.conflict}>
              <legend>{label}</legend>
              <SegmentedControl
                fullWidth
                orientation="vertical"
                classNames={{ label: classes.conflictSide }}
                value={isTheirs ? "theirs" : "mine"}
                onChange={(side) => onChoose(name, side === "theirs" ? theirs : mine)}
                data={[
                  { value: "mine", label: `${t("mine")}: ${read(name, mine)}` },
                  { value: "theirs", label: `${t("theirs")}: ${read(name, theirs)}` },
                ]}
              />
            </fieldset>
          ))}
        </>
      )}
    </Alert>
  );
}
