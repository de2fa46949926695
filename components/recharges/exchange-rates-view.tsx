"use client";

import { Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { IconCoins, IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { parseAsString, useQueryState } from "nuqs";
import { useMemo, useState } from "react";
import { exchangeRatesQuery } from "#lib/api/queries";
import type { ExchangeRate } from "#lib/recharges/schema";
import { Ago } from "../common/ago.tsx";
import { EmptyState } from "../common/empty-state.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { ListTools } from "../shell/list-tools.tsx";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";

const column = tableColumns<ExchangeRate>();

/** Dated exchange rates: what is paid in other currencies is credited by the newest one of its day or before. */
export function ExchangeRatesView() {
  const t = useTranslations("rates");
  const mayWrite = useCan("recharges.write");
  const [isAdding, setAdding] = useState(false);
  const [currency, setCurrency] = useQueryState("currency", parseAsString);
  const query = exchangeRatesQuery({ currency });
  const pages = useInfiniteQuery(query);
  const columns = useMemo(
    () =>
      column.columns([
        column.value((row) => row.currency, {
          id: "currency",
          header: t("currency"),
          cell: ({ row }) => row.original.currency,
          meta: { width: 110, card: "title" },
        }),
        column.value((row) => row.date, {
          id: "date",
          header: t("date"),
          cell: ({ row }) => row.original.date,
          meta: { width: 130, card: "aside" },
        }),
        column.value((row) => row.usdPerUnit, {
          id: "rate",
          header: t("rate"),
          cell: ({ row }) => row.original.usdPerUnit,
          meta: { width: 160, align: "right", card: "line" },
        }),
        column.value((row) => row.source, {
          id: "source",
          header: t("source"),
          cell: ({ row }) => row.original.source,
        }),
        column.value((row) => row.createdAt, {
          id: "createdAt",
          header: t("added"),
          cell: ({ row }) => <Ago at={row.original.createdAt} />,
          meta: { width: 110, align: "right" },
        }),
      ]),
    [t],
  );
  return (
    <>
      <PageHeader title={t("title")}>
        {mayWrite && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
            {t("add")}
          </Button>
        )}
      </PageHeader>
      <FilterBar
        specs={[{ key: "currency", label: t("currency"), input: { kind: "text", placeholder: "CNY" } }]}
        values={{ currency }}
        onChange={(_key, value) => void setCurrency(value)}
        onClear={() => void setCurrency(null)}
        aside={<ListTools name="exchange-rates" columns={columns} queryKey={query.queryKey} />}
      />
      <DataTable
        label={t("title")}
        name="exchange-rates"
        columns={columns}
        pages={pages}
        rowId={(row) => `${row.currency} ${row.date}`}
        empty={
          currency === null ? (
            <EmptyState icon={IconCoins} title={t("emptyTitle")}>
              {t("emptyText")}
            </EmptyState>
          ) : (
            <FilteredEmpty onClear={() => void setCurrency(null)} />
          )
        }
      />
      {isAdding && <RateForm onClose={() => setAdding(false)} />}
    </>
  );
}

const fields = ["currency", "date", "usdPerUnit", "source"];

function RateForm({ onClose }: { onClose: () => void }) {
  const t = useTranslations("rates");
  const today = new Date().toISOString().slice(0, 10);
  const form = useForm({ initialValues: { currency: "", date: today, usdPerUnit: "", source: "" } });
  const save = useApiMutation<object, ExchangeRate>({
    send: (body) => ({ method: "POST", path: "/api/exchange-rates", body }),
    invalidates: ["/api/exchange-rates", "/api/recharges", "/api/accounts"],
    idempotent: true,
    onSaved: ({ currency, date }) => {
      notifications.show({ color: "green", message: t("wasAdded", { currency, date }) });
      onClose();
    },
  });
  const submit = form.onSubmit((values) =>
    save.mutate(values, { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) }),
  );
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("add")}
      action={t("add")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={fields}
    >
      <TextInput
        label={t("currency")}
        placeholder="CNY"
        autoComplete="off"
        data-autofocus
        {...form.getInputProps("currency")}
      />
      <TextInput type="date" label={t("date")} {...form.getInputProps("date")} />
      <TextInput
        label={t("rate")}
        description={t("rateHelp")}
        placeholder="0.1405"
        autoComplete="off"
        {...form.getInputProps("usdPerUnit")}
      />
      <TextInput
        label={t("source")}
        placeholder={t("sourceExample")}
        autoComplete="off"
        {...form.getInputProps("source")}
      />
    </FormDrawer>
  );
}
