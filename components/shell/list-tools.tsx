"use client";

import type { RowData } from "@tanstack/react-table";
import dynamic from "next/dynamic";
import { useState } from "react";
import { type Column, hiddenColumns } from "../data-table/columns.ts";
import { useTablePrefs } from "../data-table/table-prefs.tsx";
import { type ListToolsProps, MenuButton, ViewsButton } from "./list-tool-buttons.tsx";

const SavedViews = dynamic(() => import("./saved-views.tsx").then((module) => module.SavedViews), {
  ssr: false,
  loading: () => <ViewsButton />,
});
const TableMenu = dynamic(() => import("./table-menu.tsx").then((module) => module.TableMenu), {
  ssr: false,
  loading: () => <MenuButton />,
});

/** What every list can do at its top right: saved views, column choice, narrow rows, CSV. The menus load when opened. */
export function ListTools<T extends RowData>(props: ListToolsProps<T>) {
  const prefs = useTablePrefs();
  const [opened, setOpened] = useState<"views" | "menu" | null>(null);
  const [wasOpen, setWasOpen] = useState({ views: false, menu: false });
  const open = (which: "views" | "menu") => {
    setWasOpen((before) => ({ ...before, [which]: true }));
    setOpened(which);
  };
  const close = () => setOpened(null);
  return (
    <>
      {wasOpen.views ? (
        <SavedViews
          name={props.name}
          columns={[...props.columns.map(({ id }) => id ?? ""), ...(props.otherColumns ?? [])]}
          hidden={hiddenColumns(props.columns, prefs.hidden[props.name])}
          opened={opened === "views"}
          onOpen={() => open("views")}
          onClose={close}
        />
      ) : (
        <ViewsButton onClick={() => open("views")} />
      )}
      {wasOpen.menu ? (
        <TableMenu
          {...props}
          // Columns of every list fit: the menu reads their ids, names and values.
          columns={props.columns as readonly Column<RowData>[]}
          opened={opened === "menu"}
          onOpen={() => open("menu")}
          onClose={close}
        />
      ) : (
        <MenuButton onClick={() => open("menu")} />
      )}
    </>
  );
}
