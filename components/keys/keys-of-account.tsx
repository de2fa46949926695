"use client";

import { Button } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { keysQuery } from "#lib/api/queries";
import { EmptyState } from "../common/empty-state.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { useCan } from "../shell/me.tsx";
import { useKeyColumns } from "./use-key-columns.tsx";

/** The keys of one account, for the account's own page; a row leads to the key's sheet in the key list. */
export function KeysOfAccount({ accountId }: { accountId: string }) {
  const t = useTranslations("keys");
  const router = useRouter();
  const pages = useInfiniteQuery(keysQuery({ accountId }));
  const columns = useKeyColumns({ withAccount: false });
  const mayWrite = useCan("keys.write");
  return (
    <DataTable
      label={t("title")}
      columns={columns}
      pages={pages}
      rowId={(key) => key.id}
      onOpen={(key) => router.push(`/keys?accountId=${accountId}&row=${key.id}`)}
      empty={
        <EmptyState
          icon={IconKey}
          title={t("emptyOfAccount")}
          action={
            mayWrite && (
              <Button
                component={Link}
                href={`/keys?accountId=${accountId}&new=true`}
                leftSection={<IconPlus size={16} />}
              >
                {t("create")}
              </Button>
            )
          }
        />
      }
    />
  );
}
