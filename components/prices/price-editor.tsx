"use client";

import { Button, Switch } from "@mantine/core";
import { IconArrowBackUp, IconHistory, IconTags } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect, useMemo, useState } from "react";
import type { Tagged } from "#lib/api/client";
import { editedQuery, modelsQuery } from "#lib/api/queries";
import type { Model } from "#lib/models/schema";
import type { PriceEntryAnswer, PriceVersionDetail } from "#lib/pricing/version-schema";
import { EmptyState } from "../common/empty-state.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { EditGrid } from "../data-table/edit-grid.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { replaced } from "../data-table/history.ts";
import { SearchField } from "../data-table/search-field.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { DraftBar } from "./draft-bar.tsx";
import { useEditorFilterSpecs, useEditorFilters } from "./editor-filters.ts";
import classes from "./prices.module.css";
import { reasonColumn, unitOf, usePriceColumns } from "./use-price-columns.tsx";
import { type CellEdit, type EditedRow, usePriceEdits } from "./use-price-edits.ts";

const BulkEdit = dynamic(() => import("./bulk-edit.tsx").then((module) => module.BulkEdit), { ssr: false });

const noEntries: readonly PriceEntryAnswer[] = [];

/** The editor, on top of a draft if the address names one (`?draft=`). */
export function PriceEditor({ draft }: { draft: string | undefined }) {
  if (draft === undefined) return <Editor draft={null} />;
  return <DraftEditor id={draft} />;
}

function DraftEditor({ id }: { id: string }) {
  const query = useQuery(editedQuery<PriceVersionDetail>(`/api/prices/versions/${encodeURIComponent(id)}`));
  if (query.data === undefined)
    return query.error === null ? null : (
      <ErrorState error={query.error} onRetry={() => void query.refetch()} />
    );
  return <Editor draft={query.data} />;
}

/** Every price in one grid: typed, pasted or changed in bulk, shown in USD as one types; a draft until it is published. */
function Editor({ draft }: { draft: Tagged<PriceVersionDetail> | null }) {
  const t = useTranslations("prices");
  const [filters, setFilters] = useEditorFilters();
  const { q, vendor, kind, sold, changed } = filters;
  const { models, error, retry } = useAllModels({ q, vendor, kind, sold });
  const edits = usePriceEdits(draft?.value.entries ?? noEntries);
  const [isBulk, setIsBulk] = useState(false);
  const { rowOf } = edits;
  const all = useMemo(() => models?.map(rowOf) ?? [], [models, rowOf]);
  const rows = changed === "true" ? all.filter((row) => row.isChanged) : all;
  const columns = usePriceColumns(rows, filters.units === "all");
  const onType = (row: number, column: number, block: readonly (readonly string[])[]) => {
    const problem = typeBlock({ rows, columns: columns.map(({ id }) => id), row, column, block, edits });
    return problem && t("unreadable", { text: problem });
  };
  const isFiltered = q !== null || vendor !== null || kind !== null || sold !== null || changed !== null;
  const clear = () => void setFilters({ q: null, vendor: null, kind: null, sold: null, changed: null });
  return (
    <>
      <PageHeader
        title={draft === null ? t("editTitle") : t("editDraft", { number: draft.value.number })}
        parent={{ href: "/models", title: t("models") }}
      >
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={16} />}
          disabled={!edits.canUndo}
          onClick={edits.undo}
        >
          {t("undo")}
        </Button>
        <Button
          component={Link}
          href="/models/versions"
          variant="default"
          leftSection={<IconHistory size={16} />}
        >
          {t("versions")}
        </Button>
        <Button onClick={() => setIsBulk(true)} disabled={rows.length === 0}>
          {t("bulk")}
        </Button>
      </PageHeader>
      <FilterBar
        specs={useEditorFilterSpecs()}
        values={{ vendor, kind, sold, changed }}
        onChange={(key, value) => void setFilters({ [key]: value })}
        onClear={clear}
      >
        <SearchField
          value={q}
          onChange={(value) => void setFilters({ q: value }, replaced)}
          label={t("search")}
        />
        <Switch
          size="xs"
          label={t("allUnits")}
          checked={filters.units === "all"}
          onChange={({ currentTarget }) =>
            void setFilters({ units: currentTarget.checked ? "all" : null }, replaced)
          }
        />
      </FilterBar>
      {models === undefined && error !== null && <ErrorState error={error} onRetry={retry} />}
      {models !== undefined && (
        <EditGrid
          label={t("editTitle")}
          columns={columns}
          rows={rows}
          rowId={({ model }) => model.id}
          onType={onType}
          onUndo={edits.undo}
          empty={
            isFiltered ? (
              <FilteredEmpty onClear={clear} />
            ) : (
              <EmptyState icon={IconTags} title={t("emptyTitle")} />
            )
          }
        />
      )}
      {models !== undefined && rows.length > 0 && edits.changedIds.size === 0 && (
        <p className={classes.hint}>{t("gridHelp")}</p>
      )}
      <DraftBar draft={draft} edits={edits} rows={all.filter((row) => row.isChanged)} />
      {isBulk && <BulkEdit rows={rows} edits={edits} onClose={() => setIsBulk(false)} />}
    </>
  );
}

type Block = {
  rows: readonly EditedRow[];
  columns: readonly string[];
  row: number;
  column: number;
  block: readonly (readonly string[])[];
  edits: ReturnType<typeof usePriceEdits>;
};

/** Spreads a block from a cell on; what lies beyond the grid is left out. Answers the first text that cannot be read. */
function typeBlock({ rows, columns, row, column, block, edits }: Block): string | undefined {
  const cells: CellEdit[] = [];
  for (const [down, line] of block.entries()) {
    const at = rows[row + down];
    if (at === undefined) break;
    for (const [right, text] of line.entries()) {
      const id = columns[column + right];
      if (id === reasonColumn) edits.typeReason([at.model.id], text.trim());
      const unit = id === undefined ? undefined : unitOf(id);
      if (unit !== undefined) cells.push({ model: at.model, unit, text });
    }
  }
  return cells.length === 0 ? undefined : edits.typeCells(cells)?.text;
}

/** All models of a filter, page by page: bulk edits mean all of them. */
function useAllModels(filters: Record<string, string | null>) {
  const pages = useInfiniteQuery(modelsQuery({ ...filters, limit: 500 }));
  const { hasNextPage, isFetchingNextPage, fetchNextPage, error } = pages;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && error === null) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, error, fetchNextPage]);
  const models = useMemo<Model[] | undefined>(
    () => pages.data?.pages.flatMap((page) => page.items),
    [pages.data],
  );
  return { models, error, retry: () => void pages.refetch() };
}
