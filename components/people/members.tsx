"use client";

import { Button, Select } from "@mantine/core";
import { IconUserMinus, IconUsersGroup } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { parseAsString, useQueryState } from "nuqs";
import { useMemo, useState } from "react";
import type { Member } from "#lib/accounts/member-schema";
import { membersQuery } from "#lib/api/queries";
import { Ago } from "../common/ago.tsx";
import { EmptyState } from "../common/empty-state.tsx";
import { Facts } from "../common/facts.tsx";
import { tableColumns } from "../data-table/columns.ts";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { pushed, replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import { ConfirmRemoval } from "../shell/confirm-removal.tsx";
import { ListTools } from "../shell/list-tools.tsx";
import { useCan } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./people.module.css";
import { UserState, Who } from "./use-user-columns.tsx";

const memberRoles = ["admin", "member"] as const;
const column = tableColumns<Member>();

/** Who belongs to an account; a row leads to what can be done about it. */
export function Members({ accountId }: { accountId: string }) {
  const t = useTranslations("people");
  const [row, setRow] = useQueryState("member", parseAsString.withOptions(pushed));
  const query = membersQuery(accountId);
  const pages = useInfiniteQuery(query);
  const columns = useMemberColumns();
  const members = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const open = members.find(({ userId }) => userId === row);
  return (
    <>
      <FilterBar
        specs={[]}
        values={{}}
        onChange={() => undefined}
        onClear={() => undefined}
        aside={<ListTools name="members" columns={columns} queryKey={query.queryKey} />}
      />
      <DataTable
        label={t("members")}
        name="members"
        columns={columns}
        pages={pages}
        rowId={({ userId }) => userId}
        onOpen={({ userId }) => void setRow(userId)}
        openId={row}
        empty={
          <EmptyState icon={IconUsersGroup} title={t("noMembers")}>
            {t("noMembersText")}
          </EmptyState>
        }
      />
      {open !== undefined && (
        <MemberSheet
          accountId={accountId}
          member={open}
          onClose={() => void setRow(null)}
          {...neighbours(
            members,
            open.userId,
            ({ userId }) => userId,
            (id) => void setRow(id, replaced),
          )}
        />
      )}
    </>
  );
}

type SheetProps = SheetSteps & {
  accountId: string;
  member: Member;
};

function MemberSheet({ accountId, member, ...sheet }: SheetProps) {
  const t = useTranslations("people");
  const mayWrite = useCan("members.write");
  const [isLeaving, setLeaving] = useState(false);
  const path = `/api/accounts/${accountId}/members/${member.userId}`;
  const invalidates = [`/api/accounts/${accountId}/members`];
  const change = useApiMutation<Member["role"], null>({
    send: (role) => ({ method: "PATCH", path, body: { role } }),
    invalidates,
  });
  const chosen = (value: string | null) => memberRoles.find((role) => role === value);
  return (
    <RowSheet label={member.email} title={<span>{member.name || member.email}</span>} {...sheet}>
      {mayWrite && (
        <>
          <Select
            mb="md"
            label={t("role")}
            description={t("memberRoleHelp")}
            data={memberRoles.map((value) => ({ value, label: t(`roles.${value}`) }))}
            value={member.role}
            allowDeselect={false}
            disabled={change.isPending}
            error={change.error?.message}
            onChange={(value) => {
              const role = chosen(value);
              if (role !== undefined && role !== member.role) change.mutate(role);
            }}
          />
          <div className={classes.actions}>
            <Button
              variant="default"
              c="var(--tg-bad)"
              leftSection={<IconUserMinus size={16} />}
              onClick={() => setLeaving(true)}
            >
              {t("removeMember")}
            </Button>
          </div>
        </>
      )}
      <Facts
        facts={[
          { name: t("email"), value: member.email },
          { name: t("role"), value: t(`roles.${member.role}`) },
          { name: t("state"), value: <UserState status={member.status} /> },
          { name: t("memberSince"), value: <Ago at={member.createdAt} /> },
        ]}
      />
      {isLeaving && (
        <ConfirmRemoval
          path={path}
          invalidates={invalidates}
          title={t("removeTitle")}
          name={member.email}
          action={t("removeMember")}
          onClose={() => setLeaving(false)}
          onRemoved={() => {
            setLeaving(false);
            sheet.onClose();
          }}
        >
          {t("removeText")}
        </ConfirmRemoval>
      )}
    </RowSheet>
  );
}

function useMemberColumns() {
  const t = useTranslations("people");
  return useMemo(
    () =>
      column.columns([
        column.value((row) => [row.name, row.email].filter((part) => part !== "").join(" · "), {
          id: "who",
          header: t("person"),
          cell: ({ row }) => <Who name={row.original.name} email={row.original.email} />,
          meta: { card: "title" },
        }),
        column.value((row) => row.role, {
          id: "role",
          header: t("role"),
          cell: ({ row }) => t(`roles.${row.original.role}`),
          meta: { card: "aside", width: 120 },
        }),
        column.value((row) => row.status, {
          id: "state",
          header: t("state"),
          cell: ({ row }) => <UserState status={row.original.status} />,
          meta: { card: "line", width: 124 },
        }),
        column.value((row) => row.createdAt, {
          id: "since",
          header: t("memberSince"),
          cell: ({ row }) => <Ago at={row.original.createdAt} />,
          meta: { align: "right", card: "lineAside", width: 124 },
        }),
      ]),
    [t],
  );
}
