"use client";

import { Button, NumberInput, Popover, SegmentedControl, Select } from "@mantine/core";
import { IconStack2 } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { bulkCells, metricColumns } from "./limit-edits.ts";
import classes from "./limits.module.css";
import type { LimitGridState } from "./use-limit-grid.ts";

const ways = ["set", "times", "clear"] as const;

/** One edit for all rows that the filter shows: set, multiply or clear a metric. It makes drafts, nothing is saved yet. */
export function BulkEditButton({ grid }: { grid: LimitGridState }) {
  const t = useTranslations("limits");
  const [isOpen, setOpen] = useState(false);
  const [metric, setMetric] = useState<(typeof metricColumns)[number]>("rpm");
  const [how, setHow] = useState<(typeof ways)[number]>("set");
  const [amount, setAmount] = useState<number | string>("");
  const isReady = how === "clear" || (typeof amount === "number" && amount >= 0);
  const edit = { metric, how, amount: Number(amount) };
  const count = isReady ? bulkCells(grid.rows, edit, grid.currentOf).length : 0;
  const apply = () => {
    grid.bulk(edit);
    setOpen(false);
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" trapFocus withinPortal>
      <Popover.Target>
        <Button variant="default" leftSection={<IconStack2 size={16} />} onClick={() => setOpen(!isOpen)}>
          {t("bulk")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("bulk")}>
        <form
          className={classes.bulk}
          onSubmit={(event) => {
            event.preventDefault();
            if (isReady && count > 0) apply();
          }}
        >
          <Select
            label={t("metric")}
            data={metricColumns.map((value) => ({ value, label: t(`metricHelp.${value}`) }))}
            value={metric}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
            onChange={(value) => setMetric(metricColumns.find((each) => each === value) ?? "rpm")}
          />
          <SegmentedControl
            aria-label={t("how")}
            value={how}
            onChange={(value) => setHow(ways.find((each) => each === value) ?? "set")}
            data={ways.map((value) => ({ value, label: t(`ways.${value}`) }))}
          />
          {how !== "clear" && (
            <NumberInput
              label={t(how === "set" ? "newValue" : "factor")}
              value={amount}
              onChange={setAmount}
              min={0}
              max={1_000_000_000_000}
              allowDecimal={how === "times"}
              thousandSeparator=","
              data-autofocus
            />
          )}
          <p className={classes.dim}>{t("bulkHelp", { rows: grid.rows.length })}</p>
          <Button type="submit" disabled={!isReady || count === 0}>
            {t("bulkApply", { count })}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
