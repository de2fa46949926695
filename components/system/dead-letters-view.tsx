"use client";

import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconMailCheck, IconRefresh } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { deadLettersQuery } from "#lib/api/queries";
import type { RetriedAll } from "#lib/settlement/schema";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { pushed, replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { ListTools } from "../shell/list-tools.tsx";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useDeadLetterColumns } from "./use-dead-letter-columns.tsx";

const DeadLetterSheet = dynamic(
  () => import("./dead-letter-sheet.tsx").then((module) => module.DeadLetterSheet),
  { ssr: false },
);

const states = ["open", "written"] as const;

/** Bills that the database refused: whose, how much, why; written again one by one or all. */
export function DeadLettersView() {
  const t = useTranslations("deadLetters");
  const [params, setParams] = useQueryStates(
    { state: parseAsStringLiteral(states), nodeId: parseAsString, row: parseAsString },
    pushed,
  );
  const { state, nodeId } = params;
  const query = deadLettersQuery({ state, nodeId });
  const pages = useInfiniteQuery(query);
  const columns = useDeadLetterColumns();
  const letters = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const clear = () => void setParams({ state: null, nodeId: null });
  const empty =
    state !== null || nodeId !== null ? (
      <FilteredEmpty onClear={clear} />
    ) : (
      <EmptyState icon={IconMailCheck} title={t("emptyTitle")}>
        {t("emptyText")}
      </EmptyState>
    );
  return (
    <>
      <PageHeader title={t("title")}>
        {letters.some((letter) => letter.state === "open") && <RetryAll />}
      </PageHeader>
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
          { key: "nodeId", label: t("node"), input: { kind: "text", placeholder: "019aa0c4-…" } },
        ]}
        values={{ state, nodeId }}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={clear}
        aside={<ListTools name="dead-letters" columns={columns} queryKey={query.queryKey} />}
      />
      <DataTable
        label={t("title")}
        name="dead-letters"
        columns={columns}
        pages={pages}
        rowId={(letter) => letter.id}
        onOpen={(letter) => void setParams({ row: letter.id })}
        openId={params.row}
        empty={empty}
      />
      {params.row !== null && (
        <DeadLetterSheet
          key={params.row}
          id={params.row}
          known={letters.find((letter) => letter.id === params.row)}
          onClose={() => void setParams({ row: null })}
          {...neighbours(
            letters,
            params.row,
            (letter) => letter.id,
            (row) => void setParams({ row }, replaced),
          )}
        />
      )}
    </>
  );
}

function RetryAll() {
  const t = useTranslations("deadLetters");
  const mayWrite = useCan("ledger.write");
  const retry = useApiMutation<void, RetriedAll>({
    send: () => ({ method: "POST", path: "/api/dead-letters/retry" }),
    invalidates: ["/api/dead-letters", "/api/accounts", "/api/logs", "/api/alerts", "/api/nodes"],
    onSaved: ({ written, refused, unreadable, left }) =>
      notifications.show({
        color: refused + unreadable + left === 0 ? "petrol" : "yellow",
        title: t("allDone", { written }),
        message: t("allRest", { refused, unreadable, left }),
      }),
  });
  if (!mayWrite) return null;
  return (
    <Button leftSection={<IconRefresh size={16} />} loading={retry.isPending} onClick={() => retry.mutate()}>
      {t("retryAll")}
    </Button>
  );
}
