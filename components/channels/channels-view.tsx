"use client";

import { Button, Menu } from "@mantine/core";
import { IconDots, IconFileExport, IconFileImport, IconPlugConnected, IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { withParams } from "#lib/api/client";
import { channelActivityQuery, channelsQuery } from "#lib/api/queries";
import type { ActivityOfChannel } from "#lib/channels/activity/schema";
import type { Channel } from "#lib/channels/schema";
import { asSort, sorts } from "#lib/core/sorts";
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
import { useChannelFilterSpecs, useChannelParams } from "./channel-params.ts";
import { DeleteChannelDialog } from "./delete-channel-dialog.tsx";
import { columnsOfWriters, useChannelColumns } from "./use-channel-columns.tsx";

const ChannelSheet = dynamic(() => import("./channel-sheet.tsx").then((module) => module.ChannelSheet), {
  ssr: false,
});

const ChannelForm = dynamic(() => import("./channel-form.tsx").then((module) => module.ChannelForm), {
  ssr: false,
});

const ImportChannels = dynamic(
  () => import("./import-channels.tsx").then((module) => module.ImportChannels),
  { ssr: false },
);

/** All channels: do they work, what do they serve; connect, test, change, disable, delete. */
export function ChannelsView() {
  const t = useTranslations("channels");
  const [params, setParams] = useChannelParams();
  const { q, model, status, health, sort } = params;
  const query = channelsQuery({ q, model, status, health, sort });
  const pages = useInfiniteQuery({ ...query, refetchInterval: LIVE_MS });
  const mayWrite = useCan("channels.write");
  const columns = useChannelColumns({ mayWrite, activity: useActivity() });
  const [deleting, setDeleting] = useState<Channel | null>(null);
  const channels = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = q !== null || model !== null || status !== null || health !== null;
  const clear = () => void setParams({ q: null, model: null, status: null, health: null });
  const create = mayWrite && (
    <Button
      data-hotkey="create"
      leftSection={<IconPlus size={16} />}
      onClick={() => void setParams({ new: true })}
    >
      {t("create")}
    </Button>
  );
  const filtered = withParams("/api/channels/export", { q, model, status });
  const empty = isFiltered ? (
    <FilteredEmpty onClear={clear} />
  ) : (
    <EmptyState icon={IconPlugConnected} title={t("emptyTitle")} action={create}>
      {t("emptyText")}
    </EmptyState>
  );
  return (
    <>
      <PageHeader title={t("title")}>
        <TransferMenu
          exportHref={filtered}
          onImport={mayWrite ? () => void setParams({ import: true }) : undefined}
        />
        {create}
      </PageHeader>
      <FilterBar
        specs={useChannelFilterSpecs()}
        values={{ model, status, health }}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={clear}
        aside={
          <ListTools
            name="channels"
            columns={columns}
            otherColumns={columnsOfWriters}
            queryKey={query.queryKey}
          />
        }
      >
        <SearchField
          value={q}
          onChange={(value) => void setParams({ q: value }, replaced)}
          label={t("search")}
        />
      </FilterBar>
      <DataTable
        label={t("title")}
        name="channels"
        columns={columns}
        sorting={{
          value: sort,
          standard: sorts[0],
          onChange: (next) => void setParams({ sort: asSort(next) }),
        }}
        pages={pages}
        rowId={(channel) => channel.id}
        onOpen={(channel) => void setParams({ row: channel.id })}
        openId={params.row}
        empty={empty}
      />
      {params.row !== null && (
        <ChannelSheet
          id={params.row}
          known={channels.find((channel) => channel.id === params.row)}
          onClose={() => void setParams({ row: null })}
          {...neighbours(
            channels,
            params.row,
            (channel) => channel.id,
            (row) => void setParams({ row }, replaced),
          )}
          onEdit={(channel) => void setParams({ edit: channel.id })}
          onDelete={setDeleting}
        />
      )}
      <ChannelForms params={params} setParams={setParams} />
      <DeleteChannelDialog
        channel={deleting}
        onClose={() => setDeleting(null)}
        onDeleted={() => {
          setDeleting(null);
          void setParams({ row: null });
        }}
      />
    </>
  );
}

/** States and figures are those of a few seconds ago at most. */
const LIVE_MS = 5_000;

/** What went through each channel in a day, by its id. */
function useActivity(): ReadonlyMap<string, ActivityOfChannel> {
  const { data } = useQuery({ ...channelActivityQuery(), refetchInterval: 30_000 });
  return useMemo(() => new Map(data?.items.map((one) => [one.channelId, one])), [data]);
}

type TransferProps = { exportHref: string; onImport: (() => void) | undefined };

function TransferMenu({ exportHref, onImport }: TransferProps) {
  const t = useTranslations("channels");
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" px={9} aria-label={t("more")}>
          <IconDots size={16} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {onImport !== undefined && (
          <Menu.Item leftSection={<IconFileImport size={16} />} onClick={onImport}>
            {t("import")}
          </Menu.Item>
        )}
        <Menu.Item component="a" href={exportHref} download leftSection={<IconFileExport size={16} />}>
          {t("export")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

type Params = ReturnType<typeof useChannelParams>;

function ChannelForms({ params, setParams }: { params: Params[0]; setParams: Params[1] }) {
  const edited = useEdited<Channel>(
    params.edit === null ? null : `/api/channels/${encodeURIComponent(params.edit)}`,
  );
  if (params.new === true) {
    const close = () => void setParams({ new: null });
    return (
      <ChannelForm
        channel={null}
        onClose={close}
        onSaved={(channel) => void setParams({ new: null, row: channel.id })}
      />
    );
  }
  if (params.import === true) return <ImportChannels onClose={() => void setParams({ import: null })} />;
  if (params.edit === null || edited.data === undefined) return null;
  const close = () => void setParams({ edit: null });
  return (
    <ChannelForm
      key={params.edit}
      channel={edited.data.value}
      etag={edited.data.etag}
      onClose={close}
      onSaved={close}
    />
  );
}
