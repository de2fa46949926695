"use client";

import { SegmentedControl, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { type BulkEdit as Bulk, isUnchanged, readFigure, withBulk } from "#lib/pricing/edit";
import { FormDrawer } from "../shell/form-drawer.tsx";
import classes from "./prices.module.css";
import type { EditedRow, usePriceEdits } from "./use-price-edits.ts";

type Props = {
  /** The rows that are shown: what the filter leaves. */
  rows: readonly EditedRow[];
  edits: ReturnType<typeof usePriceEdits>;
  onClose: () => void;
};

/** Changes the prices of all models that are shown: by a factor, to a share of the official price, to a round figure. */
export function BulkEdit({ rows, edits, onClose }: Props) {
  const t = useTranslations("prices");
  const [kind, setKind] = useState<Bulk["kind"]>("multiply");
  const [figures, setFigures] = useState({ multiply: "1.1", official: "1", round: "0.01" });
  const figure = figures[kind].trim();
  const read = readFigure(figure);
  const edit: Bulk = kind === "round" ? { kind, step: figure } : { kind, factor: figure };
  const isReadable = read !== undefined && read.num > 0n;
  const count = isReadable ? rows.filter((row) => changes(row, edit)).length : 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (count === 0) return;
    const changed = edits.applyBulk(
      rows.map(({ model }) => model),
      edit,
    );
    notifications.show({ message: t("bulkDone", { count: changed }) });
    onClose();
  };
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("bulkTitle", { count: rows.length })}
      action={t("bulkApply", { count })}
      onSubmit={submit}
      isBusy={false}
      problem={null}
      fields={[]}
    >
      <SegmentedControl
        fullWidth
        aria-label={t("bulk")}
        value={kind}
        onChange={(value) => setKind(value as Bulk["kind"])}
        data={[
          { value: "multiply", label: t("bulkMultiply") },
          { value: "official", label: t("bulkOfficial") },
          { value: "round", label: t("bulkRound") },
        ]}
      />
      <TextInput
        data-autofocus
        label={t(`bulkLabels.${kind}`)}
        description={t(`bulkHelp.${kind}`)}
        value={figures[kind]}
        onChange={({ currentTarget: { value } }) => setFigures((before) => ({ ...before, [kind]: value }))}
        error={isReadable ? null : t("unreadable", { text: figure })}
        inputMode="decimal"
      />
      <p className={classes.dim} aria-live="polite">
        {t("bulkCount", { count, of: rows.length })}
      </p>
    </FormDrawer>
  );
}

function changes({ components, official }: EditedRow, edit: Bulk): boolean {
  const next = withBulk(components, official, edit);
  return next !== undefined && !isUnchanged(components, next);
}
