"use client";

import { Button } from "@mantine/core";
import { IconPlus, IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { accountsQuery } from "#lib/api/queries";
import { asSort, sorts } from "#lib/core/sorts";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { pushed, replaced } from "../data-table/history.ts";
import { SearchField } from "../data-table/search-field.tsx";
import { ListTools } from "../shell/list-tools.tsx";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useAccountColumns } from "./use-account-columns.tsx";

const AccountForm = dynamic(() => import("./account-form.tsx").then((module) => module.AccountForm), {
  ssr: false,
});

const statuses = ["active", "suspended"] as const;

/** All accounts with what they have; a row leads to the account's page. */
export function AccountsView() {
  const t = useTranslations("accounts");
  const router = useRouter();
  const [params, setParams] = useQueryStates(
    {
      q: parseAsString,
      group: parseAsString,
      status: parseAsStringLiteral(statuses),
      sort: parseAsStringLiteral(sorts),
      new: parseAsBoolean,
    },
    pushed,
  );
  const { q, group, status, sort } = params;
  const query = accountsQuery({ q, group, status, sort });
  const pages = useInfiniteQuery(query);
  const columns = useAccountColumns();
  const isFiltered = q !== null || group !== null || status !== null;
  const clear = () => void setParams({ q: null, group: null, status: null });
  const create = useCan("accounts.write") && (
    <Button
      data-hotkey="create"
      leftSection={<IconPlus size={16} />}
      onClick={() => void setParams({ new: true })}
    >
      {t("create")}
    </Button>
  );
  const empty = isFiltered ? (
    <FilteredEmpty onClear={clear} />
  ) : (
    <EmptyState icon={IconUsers} title={t("emptyTitle")} action={create}>
      {t("emptyText")}
    </EmptyState>
  );
  const specs = [
    { key: "group", label: t("group"), input: { kind: "text" as const, placeholder: "default" } },
    {
      key: "status",
      label: t("state"),
      input: {
        kind: "choice" as const,
        options: statuses.map((value) => ({ value, label: t(`states.${value}`) })),
      },
    },
  ];
  return (
    <>
      <PageHeader title={t("title")}>{create}</PageHeader>
      <FilterBar
        specs={specs}
        values={{ group, status }}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={clear}
        aside={<ListTools name="accounts" columns={columns} queryKey={query.queryKey} />}
      >
        <SearchField
          value={q}
          onChange={(value) => void setParams({ q: value }, replaced)}
          label={t("search")}
        />
      </FilterBar>
      <DataTable
        label={t("title")}
        name="accounts"
        columns={columns}
        sorting={{
          value: sort,
          standard: sorts[0],
          onChange: (next) => void setParams({ sort: asSort(next) }),
        }}
        pages={pages}
        rowId={(account) => account.id}
        onOpen={(account) => router.push(`/accounts/${account.id}`)}
        empty={empty}
      />
      {params.new === true && (
        <AccountForm
          account={null}
          onClose={() => void setParams({ new: null })}
          onSaved={(account) => router.push(`/accounts/${account.id}`)}
        />
      )}
    </>
  );
}
