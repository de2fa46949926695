"use client";

import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconMail, IconMailX, IconSend } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { useMemo } from "react";
import { invitationsQuery } from "#lib/api/queries";
import type { Invitation } from "#lib/invitations/schema";
import { Ago } from "../common/ago.tsx";
import { EmptyState } from "../common/empty-state.tsx";
import { Facts } from "../common/facts.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { pushed, replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import { ListTools } from "../shell/list-tools.tsx";
import { useCan } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./people.module.css";

const tones = { open: "idle", accepted: "ok", revoked: "bad", expired: "warn" } as const;
const states = ["open", "accepted", "revoked", "expired"] as const;
const column = tableColumns<Invitation>();

/** Who was asked by mail to join an account, or (null) anything at all. */
export function Invitations({ accountId }: { accountId: string | null }) {
  const t = useTranslations("people");
  const [row, setRow] = useQueryState("invitation", parseAsString.withOptions(pushed));
  const [state, setState] = useQueryState("state", parseAsStringLiteral(states).withOptions(pushed));
  const query = invitationsQuery({ accountId, state });
  const pages = useInfiniteQuery(query);
  const columns = useInvitationColumns(accountId === null);
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const open = items.find(({ id }) => id === row);
  return (
    <>
      <FilterBar
        specs={[
          {
            key: "state",
            label: t("state"),
            input: {
              kind: "choice",
              options: states.map((value) => ({ value, label: t(`invitationStates.${value}`) })),
            },
          },
        ]}
        values={{ state }}
        onChange={(_, value) => void setState(states.find((one) => one === value) ?? null)}
        onClear={() => void setState(null)}
        aside={<ListTools name="invitations" columns={columns} queryKey={query.queryKey} />}
      />
      <DataTable
        label={t("invitations")}
        name="invitations"
        columns={columns}
        pages={pages}
        rowId={({ id }) => id}
        onOpen={({ id }) => void setRow(id)}
        openId={row}
        empty={
          state !== null ? (
            <FilteredEmpty onClear={() => void setState(null)} />
          ) : (
            <EmptyState icon={IconMail} title={t("noInvitations")}>
              {t("noInvitationsText")}
            </EmptyState>
          )
        }
      />
      {open !== undefined && (
        <InvitationSheet
          invitation={open}
          onClose={() => void setRow(null)}
          {...neighbours(
            items,
            open.id,
            ({ id }) => id,
            (id) => void setRow(id, replaced),
          )}
        />
      )}
    </>
  );
}

type SheetProps = SheetSteps & { invitation: Invitation };

function InvitationSheet({ invitation, ...sheet }: SheetProps) {
  const t = useTranslations("people");
  const { id, email, state, createdAt, expiresAt } = invitation;
  const mayWrite = useCan(invitation.role === null ? "members.write" : "users.write");
  const resend = useApiMutation<void, Invitation>({
    send: () => ({ method: "POST", path: `/api/invitations/${id}/resend` }),
    invalidates: ["/api/invitations"],
    onSaved: () => notifications.show({ message: t("invited", { email }) }),
  });
  const takeBack = useApiMutation<void, null>({
    send: () => ({ method: "DELETE", path: `/api/invitations/${id}` }),
    invalidates: ["/api/invitations"],
  });
  const error = resend.error ?? takeBack.error;
  return (
    <RowSheet
      label={email}
      title={
        <>
          <span>{email}</span>
          <StateBadge tone={tones[state]}>{t(`invitationStates.${state}`)}</StateBadge>
        </>
      }
      {...sheet}
    >
      {error !== null && <p role="alert">{error.message}</p>}
      {mayWrite && (state === "open" || state === "expired") && (
        <div className={classes.actions}>
          <Button
            variant="default"
            leftSection={<IconSend size={16} />}
            loading={resend.isPending}
            onClick={() => resend.mutate()}
          >
            {t("resend")}
          </Button>
          <Button
            variant="default"
            c="var(--tg-bad)"
            leftSection={<IconMailX size={16} />}
            loading={takeBack.isPending}
            onClick={() => takeBack.mutate()}
          >
            {t("takeBack")}
          </Button>
        </div>
      )}
      <Facts
        facts={[
          { name: t("invitedTo"), value: invitation.accountName ?? t("console") },
          { name: t("role"), value: t(`roles.${invitation.role ?? invitation.memberRole ?? "member"}`) },
          { name: t("invitedAt"), value: <Ago at={createdAt} /> },
          { name: t("linkUntil"), value: <Ago at={expiresAt} /> },
        ]}
      />
    </RowSheet>
  );
}

function useInvitationColumns(withTarget: boolean) {
  const t = useTranslations("people");
  return useMemo(() => {
    const target = column.value((row) => row.accountName, {
      id: "target",
      header: t("invitedTo"),
      cell: ({ row }) => row.original.accountName ?? t("console"),
    });
    return column.columns([
      column.value((row) => row.email, {
        id: "email",
        header: t("email"),
        cell: ({ row }) => row.original.email,
        meta: { card: "title" },
      }),
      ...(withTarget ? [target] : []),
      column.value((row) => row.role ?? row.memberRole, {
        id: "role",
        header: t("role"),
        cell: ({ row }) => t(`roles.${row.original.role ?? row.original.memberRole ?? "member"}`),
        meta: { card: "aside", width: 120 },
      }),
      column.value((row) => row.state, {
        id: "state",
        header: t("state"),
        cell: ({ row }) => {
          const { state } = row.original;
          return <StateBadge tone={tones[state]}>{t(`invitationStates.${state}`)}</StateBadge>;
        },
        meta: { card: "line", width: 132 },
      }),
      column.value((row) => row.createdAt, {
        id: "created",
        header: t("invitedAt"),
        cell: ({ row }) => <Ago at={row.original.createdAt} />,
        meta: { align: "right", card: "lineAside", width: 120 },
      }),
    ]);
  }, [t, withTarget]);
}
