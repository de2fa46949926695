"use client";

import { Button, Checkbox, Popover, Stack, Switch } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDownload } from "@tabler/icons-react";
import type { RowData } from "@tanstack/react-table";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { hiddenColumns, shownColumns } from "../data-table/columns.ts";
import { useTablePrefs } from "../data-table/table-prefs.tsx";
import { saveFile } from "./download.ts";
import { listAsCsv, mostRows } from "./list-csv.ts";
import { type ListToolsProps, MenuButton } from "./list-tool-buttons.tsx";
import classes from "./list-tools.module.css";

type Props<T extends RowData> = ListToolsProps<T> & {
  opened: boolean;
  onOpen: () => void;
  onClose: () => void;
};

/** Which columns are shown, how tall rows are, and the rows as a CSV file: these filters, these columns. */
export function TableMenu<T extends RowData>(props: Props<T>) {
  const { name, columns, queryKey, exporter, opened, onOpen, onClose } = props;
  const t = useTranslations("lists");
  const prefs = useTablePrefs();
  const hidden = hiddenColumns(columns, prefs.hidden[name]);
  const [isBusy, setBusy] = useState(false);
  const toggle = (id: string) => {
    const next = hidden.includes(id) ? hidden.filter((one) => one !== id) : [...hidden, id];
    const usual = hiddenColumns(columns, undefined);
    const isUsual = next.length === usual.length && next.every((one) => usual.includes(one));
    prefs.setHidden(name, isUsual ? undefined : next);
  };
  const download = async () => {
    setBusy(true);
    try {
      const { text, count, isCut } = await listAsCsv(shownColumns(columns, hidden), queryKey);
      const file = `${name}-${new Date().toISOString().slice(0, 16).replace(":", "")}.csv`;
      saveFile(file, text, "text/csv;charset=utf-8");
      notifications.show({
        message: t(isCut ? "csvCut" : "csvDone", { count: isCut ? mostRows : count, name: file }),
      });
      onClose();
    } catch (error) {
      const message = error instanceof Error ? error.message : "";
      notifications.show({ color: "red", title: t("csvFailed"), message });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Popover
      opened={opened}
      onChange={(next) => (next ? onOpen() : onClose())}
      trapFocus
      returnFocus
      width={240}
      position="bottom-end"
    >
      <Popover.Target>
        <span className={classes.target}>
          <MenuButton onClick={opened ? onClose : onOpen} />
        </span>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("options")}>
        <Stack gap={6}>
          <p className={classes.heading}>{t("columns")}</p>
          {columns.map((column, index) => (
            <Checkbox
              key={column.id}
              size="xs"
              label={String(column.header)}
              checked={index === 0 || !hidden.includes(column.id ?? "")}
              disabled={index === 0}
              onChange={() => toggle(column.id ?? "")}
            />
          ))}
          {prefs.widths[name] !== undefined && (
            <Button
              mt={6}
              variant="default"
              size="compact-sm"
              onClick={() => prefs.setWidths(name, undefined)}
            >
              {t("usualWidths")}
            </Button>
          )}
          <Switch
            mt={6}
            size="xs"
            label={t("compact")}
            checked={prefs.isCompact}
            onChange={(event) => prefs.setCompact(event.currentTarget.checked)}
          />
          {exporter?.(onClose) ?? (
            <Button
              mt={6}
              variant="default"
              size="compact-sm"
              loading={isBusy}
              leftSection={<IconDownload size={15} />}
              onClick={() => void download()}
            >
              {t("csv")}
            </Button>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
