"use client";

import { IconMail } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { mailServerQuery, outboxQuery } from "#lib/api/queries";
import type { MailServerAnswer } from "#lib/mail/schema";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { SearchField } from "../data-table/search-field.tsx";
import { ListTools } from "../shell/list-tools.tsx";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useEdited } from "../shell/use-edited.ts";
import { MailServerLine } from "./mail-server-line.tsx";
import { useOutboxFilterSpecs, useOutboxParams } from "./outbox-params.ts";
import { ServerActions } from "./server-actions.tsx";
import { useMailColumns } from "./use-mail-columns.tsx";

const MailSheet = dynamic(() => import("./mail-sheet.tsx").then((module) => module.MailSheet), {
  ssr: false,
});
const MailServerForm = dynamic(
  () => import("./mail-server-form.tsx").then((module) => module.MailServerForm),
  { ssr: false },
);

const REFRESH_MS = 4_000;

/** Every mail that was asked for and what became of it; and the server that takes them. */
export function OutboxView() {
  const t = useTranslations("outbox");
  const [params, setParams] = useOutboxParams();
  const { to, state, template, row } = params;
  const query = outboxQuery({ to, state, template });
  const pages = useInfiniteQuery({ ...query, refetchInterval: REFRESH_MS });
  const server = useQuery({ ...mailServerQuery(), refetchInterval: REFRESH_MS }).data;
  const columns = useMailColumns();
  const maySet = useCan("settings.write");
  const edited = useEdited<MailServerAnswer>(params.server === true && maySet ? "/api/mail-server" : null);
  const mails = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = to !== null || state !== null || template !== null;
  const clear = () => void setParams({ to: null, state: null, template: null });
  const close = () => void setParams({ row: null });
  return (
    <>
      <PageHeader title={t("title")}>
        {maySet && server !== undefined && (
          <ServerActions
            server={server}
            onEdit={() => void setParams({ server: true })}
            onTest={(id) => void setParams({ row: id })}
          />
        )}
      </PageHeader>
      {server !== undefined && <MailServerLine server={server} />}
      <FilterBar
        specs={useOutboxFilterSpecs()}
        values={{ state, template }}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={clear}
        aside={<ListTools name="outbox" columns={columns} queryKey={query.queryKey} />}
      >
        <SearchField
          value={to}
          onChange={(value) => void setParams({ to: value }, replaced)}
          label={t("search")}
        />
      </FilterBar>
      <DataTable
        label={t("title")}
        name="outbox"
        columns={columns}
        pages={pages}
        rowId={(mail) => mail.id}
        onOpen={(mail) => void setParams({ row: mail.id })}
        openId={row}
        empty={
          isFiltered ? (
            <FilteredEmpty onClear={clear} />
          ) : (
            <EmptyState icon={IconMail} title={t("emptyTitle")}>
              {t("emptyText")}
            </EmptyState>
          )
        }
      />
      {row !== null && (
        <MailSheet
          key={row}
          id={row}
          onClose={close}
          {...neighbours(
            mails,
            row,
            (mail) => mail.id,
            (id) => void setParams({ row: id }, replaced),
          )}
        />
      )}
      {edited.data !== undefined && (
        <MailServerForm
          server={edited.data.value}
          etag={edited.data.etag}
          onClose={() => void setParams({ server: null })}
        />
      )}
    </>
  );
}
