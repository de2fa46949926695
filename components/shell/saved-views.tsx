"use client";

import { ActionIcon, Button, Popover, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { usePathname, useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { savedViewsQuery } from "#lib/api/queries";
import type { CreateSavedView, SavedView } from "#lib/views/schema";
import { useTablePrefs } from "../data-table/table-prefs.tsx";
import { knownColumns } from "./known-columns.ts";
import { ViewsButton } from "./list-tool-buttons.tsx";
import classes from "./list-tools.module.css";
import { undoNotice } from "./offer-notice.tsx";
import { useApiMutation } from "./use-api-mutation.ts";

type Props = {
  name: string;
  /** The columns that the list has now; none for a page without a table. */
  columns?: readonly string[];
  /** Those of them that are not shown. */
  hidden?: readonly string[];
  opened: boolean;
  onOpen: () => void;
  onClose: () => void;
};

/** One's own views of a list: filters and columns under a name; a click brings them back. */
export function SavedViews({ name, columns, hidden = [], opened, onOpen, onClose }: Props) {
  const t = useTranslations("lists");
  const views = useQuery({ ...savedViewsQuery(name), enabled: opened });
  const items = views.data?.items ?? [];
  return (
    <Popover
      opened={opened}
      onChange={(next) => (next ? onOpen() : onClose())}
      trapFocus
      returnFocus
      width={280}
      position="bottom-end"
    >
      <Popover.Target>
        <span className={classes.target}>
          <ViewsButton onClick={opened ? onClose : onOpen} />
        </span>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("views")} p={8}>
        {items.length === 0 && !views.isPending && <p className={classes.note}>{t("noViews")}</p>}
        <ul className={classes.views}>
          {items.map((view) => (
            <ViewLine key={view.id} view={view} columns={columns} onOpened={onClose} />
          ))}
        </ul>
        <SaveView list={name} hidden={hidden} onSaved={onClose} />
      </Popover.Dropdown>
    </Popover>
  );
}

type LineProps = { view: SavedView; columns: readonly string[] | undefined; onOpened: () => void };

function ViewLine({ view, columns, onOpened }: LineProps) {
  const t = useTranslations("lists");
  const router = useRouter();
  const pathname = usePathname();
  const { setHidden } = useTablePrefs();
  const restore = useSaveView();
  const remove = useApiMutation<SavedView, null>({
    send: ({ id }) => ({ method: "DELETE", path: `/api/saved-views/${id}` }),
    invalidates: ["/api/saved-views"],
    onSaved: (_none, { name, list, query, hiddenColumns }) =>
      undoNotice({
        id: `view-${name}`,
        message: t("deleted", { name }),
        action: t("undo"),
        onUndo: () => restore.mutate({ name, list, query, hiddenColumns }),
      }),
  });
  const open = () => {
    const { known, unknown } = knownColumns(view.hiddenColumns, columns);
    setHidden(view.list, known);
    if (unknown.length > 0) {
      notifications.show({ color: "yellow", message: t("columnsGone", { names: unknown.join(", ") }) });
    }
    router.push(`${pathname}${view.query}`);
    onOpened();
  };
  return (
    <li>
      <button type="button" className={classes.view} onClick={open}>
        {view.name}
      </button>
      <ActionIcon
        size="sm"
        aria-label={t("deleteView", { name: view.name })}
        onClick={() => remove.mutate(view)}
      >
        <IconTrash size={14} />
      </ActionIcon>
    </li>
  );
}

type SaveProps = { list: string; hidden: readonly string[]; onSaved: () => void };

function SaveView({ list, hidden, onSaved }: SaveProps) {
  const t = useTranslations("lists");
  const [name, setName] = useState("");
  const save = useSaveView((view) => {
    notifications.show({ message: t("saved", { name: view.name }) });
    setName("");
    onSaved();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "") return;
    const query = viewQuery(window.location.search);
    save.mutate({ list, name: name.trim(), query, hiddenColumns: [...hidden] });
  };
  return (
    <form onSubmit={submit} className={classes.save}>
      <TextInput
        size="xs"
        aria-label={t("viewName")}
        placeholder={t("viewName")}
        value={name}
        error={save.error?.message}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" size="compact-sm" loading={save.isPending} disabled={name.trim() === ""}>
        {t("save")}
      </Button>
    </form>
  );
}

function useSaveView(onSaved?: (view: SavedView) => void) {
  return useApiMutation<CreateSavedView, SavedView>({
    send: (body) => ({ method: "POST", path: "/api/saved-views", body }),
    invalidates: ["/api/saved-views"],
    idempotent: true,
    ...(onSaved === undefined ? {} : { onSaved }),
  });
}

/** The address without what is open on the page: a view is a list, not a row of it. */
function viewQuery(search: string): string {
  const params = new URLSearchParams(search);
  for (const name of ["row", "new", "edit"]) params.delete(name);
  return params.size === 0 ? "" : `?${params}`;
}
