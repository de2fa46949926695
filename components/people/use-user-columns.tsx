"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { User } from "#lib/users/schema";
import { Ago } from "../common/ago.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { tableColumns } from "../data-table/columns.ts";
import classes from "./people.module.css";

const column = tableColumns<User>();

/** Who, what they may, how well they are guarded, when they were last here. */
export function useUserColumns() {
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
        column.value((row) => row.totp, {
          id: "totp",
          header: t("totp"),
          cell: ({ row }) => (row.original.totp ? t("on") : "–"),
          meta: { width: 132 },
        }),
        column.value((row) => row.lastSignInAt, {
          id: "lastSignIn",
          header: t("lastSignIn"),
          cell: ({ row }) => <Ago at={row.original.lastSignInAt} />,
          meta: { align: "right", card: "lineAside", width: 120, cardLabel: true },
        }),
        column.value((row) => row.createdAt, {
          id: "created",
          header: t("created"),
          cell: ({ row }) => <Ago at={row.original.createdAt} />,
          meta: { align: "right", width: 112 },
        }),
      ]),
    [t],
  );
}

/** A name with its address, or the address alone. */
export function Who({ name, email }: { name: string; email: string }) {
  if (name === "") return email;
  return (
    <span className={classes.who}>
      <span>{name}</span>
      <span className={classes.dim}>{email}</span>
    </span>
  );
}

export function UserState({ status }: { status: User["status"] }) {
  const t = useTranslations("people");
  const tone = status === "active" ? "ok" : status === "deleted" ? "bad" : "idle";
  return <StateBadge tone={tone}>{t(`states.${status}`)}</StateBadge>;
}
