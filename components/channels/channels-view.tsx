"use client";

import { Button } from "@mantine/core";
import { IconPlugConnected, IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { channelQuery, channelsQuery } from "#lib/api/queries";
import type { Channel } from "#lib/channels/schema";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { SearchField } from "../data-table/search-field.tsx";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useChannelFilterSpecs, useChannelParams } from "./channel-params.ts";
import { useChannelColumns } from "./use-channel-columns.tsx";

const ChannelSheet = dynamic(() => import("./channel-sheet.tsx").then((module) => module.ChannelSheet), {
  ssr: false,
});

const ChannelForm = dynamic(() => import("./channel-form.tsx").then((module) => module.ChannelForm), {
  ssr: false,
});

const ConfirmDialog = dynamic(
  () => import("../common/confirm-dialog.tsx").then((module) => module.ConfirmDialog),
  { ssr: false },
);

/** All channels: do they work, what do they serve; connect, test, change, disable, delete. */
export function ChannelsView() {
  const t = useTranslations("channels");
  const [params, setParams] = useChannelParams();
  const { q, model, status } = params;
  const pages = useInfiniteQuery(channelsQuery({ q, model, status }));
  const mayWrite = useCan("channels.write");
  const columns = useChannelColumns({ mayWrite });
  const [deleting, setDeleting] = useState<Channel | null>(null);
  const channels = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = q !== null || model !== null || status !== null;
  const clear = () => void setParams({ q: null, model: null, status: null });
  const create = mayWrite && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => void setParams({ new: true })}>
      {t("create")}
    </Button>
  );
  const empty = isFiltered ? (
    <FilteredEmpty onClear={clear} />
  ) : (
    <EmptyState icon={IconPlugConnected} title={t("emptyTitle")} action={create}>
      {t("emptyText")}
    </EmptyState>
  );
  return (
    <>
      <PageHeader title={t("title")}>{create}</PageHeader>
      <FilterBar
        specs={useChannelFilterSpecs()}
        values={{ model, status }}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={clear}
      >
        <SearchField
          value={q}
          onChange={(value) => void setParams({ q: value }, replaced)}
          label={t("search")}
        />
      </FilterBar>
      <DataTable
        label={t("title")}
        columns={columns}
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

type Params = ReturnType<typeof useChannelParams>;

function ChannelForms({ params, setParams }: { params: Params[0]; setParams: Params[1] }) {
  const edited = useQuery({ ...channelQuery(params.edit ?? ""), enabled: params.edit !== null });
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
  if (params.edit === null || edited.data === undefined) return null;
  const close = () => void setParams({ edit: null });
  return <ChannelForm key={params.edit} channel={edited.data} onClose={close} onSaved={close} />;
}

type DeleteProps = { channel: Channel | null; onClose: () => void; onDeleted: () => void };

function DeleteChannelDialog({ channel, onClose, onDeleted }: DeleteProps) {
  const t = useTranslations("channels");
  const remove = useApiMutation<Channel, null>({
    send: ({ id }) => ({ method: "DELETE", path: `/api/channels/${id}` }),
    invalidates: ["/api/channels", "/api/models"],
    onSaved: onDeleted,
  });
  if (channel === null) return null;
  return (
    <ConfirmDialog
      opened
      title={t("deleteTitle")}
      name={channel.name}
      action={t("deleteAction")}
      isBusy={remove.isPending}
      error={remove.error?.message ?? null}
      onConfirm={() => remove.mutate(channel)}
      onClose={onClose}
    >
      {t("deleteText")}
    </ConfirmDialog>
  );
}
