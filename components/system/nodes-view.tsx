"use client";

import { IconServer2 } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { nodesQuery } from "#lib/api/queries";
import { nodeSorts } from "#lib/nodes/sorts";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { pushed, replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { CountingLine } from "../shell/counting-line.tsx";
import { ListTools } from "../shell/list-tools.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import classes from "./system.module.css";
import { useNodeColumns } from "./use-node-columns.tsx";

const NodeSheet = dynamic(() => import("./node-sheet.tsx").then((module) => module.NodeSheet), {
  ssr: false,
});

const states = ["live", "stopped", "away"] as const;
const refreshMs = 5_000;

/** Every process that serves: does it live, is it behind, whose money does it have, which parts are down. */
export function NodesView() {
  const t = useTranslations("nodes");
  const [params, setParams] = useQueryStates(
    { state: parseAsStringLiteral(states), sort: parseAsStringLiteral(nodeSorts), row: parseAsString },
    pushed,
  );
  const { state, sort } = params;
  const query = nodesQuery({ state, sort });
  const pages = useInfiniteQuery({ ...query, refetchInterval: refreshMs });
  const columns = useNodeColumns();
  const nodes = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const clear = () => void setParams({ state: null });
  const empty =
    state !== null ? (
      <FilteredEmpty onClear={clear} />
    ) : (
      <EmptyState icon={IconServer2} title={t("emptyTitle")}>
        {t("emptyText")}
      </EmptyState>
    );
  return (
    <>
      <PageHeader title={t("title")} />
      <div className={classes.counting}>
        <CountingLine />
      </div>
      <FilterBar
        specs={[
          {
            key: "state",
            label: t("state"),
            input: {
              kind: "choice",
              options: states.map((value) => ({ value, label: t(`states.${value}`) })),
            },
          },
        ]}
        values={{ state }}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={clear}
        aside={<ListTools name="nodes" columns={columns} queryKey={query.queryKey} />}
      />
      <DataTable
        label={t("title")}
        name="nodes"
        columns={columns}
        sorting={{
          value: sort,
          standard: nodeSorts[0],
          onChange: (next) => void setParams({ sort: nodeSorts.find((one) => one === next) ?? null }),
        }}
        pages={pages}
        rowId={(node) => node.id}
        onOpen={(node) => void setParams({ row: node.id })}
        openId={params.row}
        empty={empty}
      />
      {params.row !== null && (
        <NodeSheet
          key={params.row}
          id={params.row}
          known={nodes.find((node) => node.id === params.row)}
          onClose={() => void setParams({ row: null })}
          {...neighbours(
            nodes,
            params.row,
            (node) => node.id,
            (row) => void setParams({ row }, replaced),
          )}
        />
      )}
    </>
  );
}
