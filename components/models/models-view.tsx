"use client";

import { Button } from "@mantine/core";
import { IconHistory, IconPencil, IconScale, IconTags, IconWorld } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { modelsQuery } from "#lib/api/queries";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { SearchField } from "../data-table/search-field.tsx";
import { ListTools } from "../shell/list-tools.tsx";
import { useCan } from "../shell/me.tsx";
import { useModelFilterSpecs } from "../shell/model-filters.ts";
import { PageHeader } from "../shell/page-header.tsx";
import { modelSorts, useModelParams } from "./model-params.ts";
import { useModelColumns } from "./use-model-columns.tsx";

const ModelSheet = dynamic(() => import("./model-sheet.tsx").then((module) => module.ModelSheet), {
  ssr: false,
});

/** The catalogue: what the vendor asks, what we ask, how far apart that is, and whether it can be called. */
export function ModelsView() {
  const t = useTranslations("models");
  const [params, setParams] = useModelParams();
  const { q, vendor, kind, sold, sort } = params;
  const query = modelsQuery({ q, vendor, kind, sold, sort });
  const pages = useInfiniteQuery(query);
  const columns = useModelColumns();
  const mayEdit = useCan("prices.write");
  const models = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = q !== null || vendor !== null || kind !== null || sold !== null;
  const clear = () => void setParams({ q: null, vendor: null, kind: null, sold: null });
  return (
    <>
      <PageHeader title={t("title")}>
        <Button
          component={Link}
          href="/pricing"
          variant="default"
          leftSection={<IconWorld size={16} />}
          visibleFrom="sm"
        >
          {t("publicPrices")}
        </Button>
        <Button
          component={Link}
          href="/models/official"
          variant="default"
          leftSection={<IconScale size={16} />}
          visibleFrom="sm"
        >
          {t("officialPrices")}
        </Button>
        <Button
          component={Link}
          href="/models/versions"
          variant="default"
          leftSection={<IconHistory size={16} />}
        >
          {t("versions")}
        </Button>
        {mayEdit && (
          <Button component={Link} href="/models/prices" leftSection={<IconPencil size={16} />}>
            {t("edit")}
          </Button>
        )}
      </PageHeader>
      <FilterBar
        specs={useModelFilterSpecs()}
        values={{ vendor, kind, sold }}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={() => void setParams({ vendor: null, kind: null, sold: null })}
        aside={<ListTools name="models" columns={columns} queryKey={query.queryKey} />}
      >
        <SearchField
          value={q}
          onChange={(value) => void setParams({ q: value }, replaced)}
          label={t("search")}
        />
      </FilterBar>
      <DataTable
        label={t("title")}
        name="models"
        columns={columns}
        sorting={{
          value: sort,
          standard: modelSorts[0],
          onChange: (next) => void setParams({ sort: modelSorts.find((one) => one === next) ?? null }),
        }}
        pages={pages}
        rowId={(model) => model.id}
        onOpen={(model) => void setParams({ row: model.id })}
        openId={params.row}
        empty={
          isFiltered ? (
            <FilteredEmpty onClear={clear} />
          ) : (
            <EmptyState icon={IconTags} title={t("emptyTitle")} />
          )
        }
      />
      {params.row !== null && (
        <ModelSheet
          id={params.row}
          known={models.find((model) => model.id === params.row)}
          onClose={() => void setParams({ row: null })}
          {...neighbours(
            models,
            params.row,
            (model) => model.id,
            (row) => void setParams({ row }, replaced),
          )}
        />
      )}
    </>
  );
}
