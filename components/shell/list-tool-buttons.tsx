"use client";

import { ActionIcon } from "@mantine/core";
import { IconAdjustmentsHorizontal, IconBookmark } from "@tabler/icons-react";
import type { RowData } from "@tanstack/react-table";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { QueryParams } from "#lib/api/client";
import type { Column } from "../data-table/columns.ts";

export type ListToolsProps<T extends RowData> = {
  /** The list's name: of its saved views, its hidden columns, its CSV file. */
  name: string;
  columns: readonly Column<T>[];
  /** Key of the list's query: where it reads, with the filters in force. */
  queryKey: readonly [path: string, params: QueryParams];
  /** Columns that the list has at other times: a view that hides them is still whole. */
  otherColumns?: readonly string[];
  /** Stands in the place of the CSV button where a list has an export of its own; `close` closes the menu. */
  exporter?: (close: () => void) => ReactNode;
};

export function ViewsButton(props: { onClick?: () => void }) {
  const label = useTranslations("lists")("views");
  return (
    <ActionIcon aria-label={label} title={label} aria-haspopup="dialog" {...props}>
      <IconBookmark size={17} stroke={1.7} />
    </ActionIcon>
  );
}

export function MenuButton(props: { onClick?: () => void }) {
  const label = useTranslations("lists")("options");
  return (
    <ActionIcon aria-label={label} title={label} aria-haspopup="dialog" {...props}>
      <IconAdjustmentsHorizontal size={17} stroke={1.7} />
    </ActionIcon>
  );
}
