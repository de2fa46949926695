"use client";

import { IconUsersGroup } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { usersQuery } from "#lib/api/queries";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { pushed, replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { SearchField } from "../data-table/search-field.tsx";
import { ListTools } from "../shell/list-tools.tsx";
import { useUserColumns } from "./use-user-columns.tsx";

const UserSheet = dynamic(() => import("./user-sheet.tsx").then((module) => module.UserSheet), {
  ssr: false,
});

const roles = ["owner", "operator", "support", "customer"] as const;
const statuses = ["active", "disabled", "deleted"] as const;

/** Everybody who can sign in. */
export function Users() {
  const t = useTranslations("people");
  const [params, setParams] = useQueryStates(
    {
      q: parseAsString,
      role: parseAsStringLiteral(roles),
      status: parseAsStringLiteral(statuses),
      row: parseAsString,
    },
    pushed,
  );
  const { q, role, status, row } = params;
  const query = usersQuery({ q, role, status });
  const pages = useInfiniteQuery(query);
  const columns = useUserColumns();
  const users = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = q !== null || role !== null || status !== null;
  const clear = () => void setParams({ q: null, role: null, status: null });
  return (
    <>
      <FilterBar
        specs={useSpecs()}
        values={{ role, status }}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={clear}
        aside={<ListTools name="people" columns={columns} queryKey={query.queryKey} />}
      >
        <SearchField
          value={q}
          onChange={(value) => void setParams({ q: value }, replaced)}
          label={t("search")}
        />
      </FilterBar>
      <DataTable
        label={t("title")}
        name="people"
        columns={columns}
        pages={pages}
        rowId={(user) => user.id}
        onOpen={(user) => void setParams({ row: user.id })}
        openId={row}
        empty={
          isFiltered ? (
            <FilteredEmpty onClear={clear} />
          ) : (
            <EmptyState icon={IconUsersGroup} title={t("empty")} />
          )
        }
      />
      {row !== null && (
        <UserSheet
          id={row}
          known={users.find((user) => user.id === row)}
          onClose={() => void setParams({ row: null })}
          {...neighbours(
            users,
            row,
            (user) => user.id,
            (id) => void setParams({ row: id }, replaced),
          )}
        />
      )}
    </>
  );
}

function useSpecs() {
  const t = useTranslations("people");
  const choice = (key: string, label: string, options: { value: string; label: string }[]) => {
    return { key, label, input: { kind: "choice" as const, options } };
  };
  return [
    choice(
      "role",
      t("role"),
      roles.map((value) => ({ value, label: t(`roles.${value}`) })),
    ),
    choice(
      "status",
      t("state"),
      statuses.map((value) => ({ value, label: t(`states.${value}`) })),
    ),
  ];
}
