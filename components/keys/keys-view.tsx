"use client";

import { Button } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { keysQuery } from "#lib/api/queries";
import { asSort, sorts } from "#lib/core/sorts";
import type { Key } from "#lib/keys/schema";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { SearchField } from "../data-table/search-field.tsx";
import { ListTools } from "../shell/list-tools.tsx";
import { useCan, useMe } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { HygieneBar } from "./hygiene-bar.tsx";
import { useKeyFilterSpecs, useKeyParams } from "./key-filters.ts";
import { KeyForms } from "./key-forms.tsx";
import { useKeyColumns } from "./use-key-columns.tsx";

const DeleteKeyDialog = dynamic(
  () => import("./delete-key-dialog.tsx").then((module) => module.DeleteKeyDialog),
  { ssr: false },
);

const BulkKeys = dynamic(() => import("./bulk-keys.tsx").then((module) => module.BulkKeys), { ssr: false });

const KeySheet = dynamic(() => import("./key-sheet.tsx").then((module) => module.KeySheet), { ssr: false });

const noneChosen: ReadonlySet<string> = new Set();

/** All API keys: find one, see what it may and spent, make, change, disable, delete. */
export function KeysView() {
  const t = useTranslations("keys");
  const [params, setParams] = useKeyParams();
  const { q, accountId, status, hygiene, sort } = params;
  const query = keysQuery({ q, accountId, status, hygiene, sort });
  const pages = useInfiniteQuery(query);
  const columns = useKeyColumns({ withAccount: useMe().role !== "customer" });
  const mayWrite = useCan("keys.write");
  const [deleting, setDeleting] = useState<Key | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(noneChosen);
  const keys = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = q !== null || accountId !== null || status !== null || hygiene !== null;
  const clear = () => void setParams({ q: null, accountId: null, status: null, hygiene: null });
  const create = mayWrite && (
    <Button
      data-hotkey="create"
      leftSection={<IconPlus size={16} />}
      onClick={() => void setParams({ new: true })}
    >
      {t("create")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("title")}>{create}</PageHeader>
      <FilterBar
        specs={useKeyFilterSpecs()}
        values={{ accountId, status }}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={clear}
        aside={<ListTools name="keys" columns={columns} queryKey={query.queryKey} />}
      >
        <SearchField
          value={q}
          onChange={(value) => void setParams({ q: value }, replaced)}
          label={t("search")}
        />
      </FilterBar>
      <HygieneBar
        accountId={accountId}
        value={hygiene}
        onChange={(next) => void setParams({ hygiene: next })}
      />
      <DataTable
        label={t("title")}
        name="keys"
        columns={columns}
        sorting={{
          value: sort,
          standard: sorts[0],
          onChange: (next) => void setParams({ sort: asSort(next) }),
        }}
        pages={pages}
        rowId={(key) => key.id}
        {...(mayWrite ? { selection: { ids: chosen, onChange: setChosen } } : {})}
        onOpen={(key) => void setParams({ row: key.id })}
        openId={params.row}
        empty={
          isFiltered ? (
            <FilteredEmpty onClear={clear} />
          ) : (
            <EmptyState icon={IconKey} title={t("emptyTitle")} action={create}>
              {t("emptyText")}
            </EmptyState>
          )
        }
      />
      {chosen.size > 0 && <BulkKeys ids={chosen} onChange={setChosen} />}
      {params.row !== null && (
        <KeySheet
          id={params.row}
          known={keys.find((key) => key.id === params.row)}
          onClose={() => void setParams({ row: null })}
          {...neighbours(
            keys,
            params.row,
            (key) => key.id,
            (row) => void setParams({ row }, replaced),
          )}
          onEdit={(key) => void setParams({ edit: key.id })}
          onDelete={setDeleting}
        />
      )}
      <KeyForms params={params} setParams={setParams} />
      {deleting !== null && (
        <DeleteKeyDialog
          apiKey={deleting}
          onClose={() => setDeleting(null)}
          onDeleted={() => {
            setDeleting(null);
            void setParams({ row: null });
          }}
        />
      )}
    </>
  );
}
