"use client";

import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import {
  IconDoorExit,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconShieldOff,
  IconTrash,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { AccountOfUser } from "#lib/accounts/member-schema";
import { accountsOfUserQuery, userQuery } from "#lib/api/queries";
import type { User } from "#lib/users/schema";
import { Ago } from "../common/ago.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { Facts } from "../common/facts.tsx";
import { Id } from "../common/id.tsx";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import { ConfirmRemoval } from "../shell/confirm-removal.tsx";
import { useCan } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useEdited } from "../shell/use-edited.ts";
import { useStatusToggle } from "../shell/use-status-toggle.tsx";
import classes from "./people.module.css";
import { UserState } from "./use-user-columns.tsx";

const DeleteUser = dynamic(() => import("./delete-user.tsx").then((module) => module.DeleteUser), {
  ssr: false,
});
const UserForm = dynamic(() => import("./user-form.tsx").then((module) => module.UserForm), { ssr: false });

type Props = SheetSteps & {
  id: string;
  /** What the list knows of them already. */
  known: User | undefined;
};

/** One person: what they may, and what an owner can do about it. */
export function UserSheet({ id, known, ...sheet }: Props) {
  const query = useQuery({
    ...userQuery(id),
    ...(known === undefined ? {} : { initialData: known, initialDataUpdatedAt: 0 }),
  });
  const t = useTranslations("people");
  const mayWrite = useCan("users.write");
  const user = query.data;
  return (
    <RowSheet
      label={user?.email ?? id}
      title={
        <>
          <span>{user?.name || user?.email || id}</span>
          {user !== undefined && <UserState status={user.status} />}
        </>
      }
      {...sheet}
    >
      {user === undefined && query.error !== null && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {user?.status === "deleted" && <p className={classes.dim}>{t("deletedText")}</p>}
      {user !== undefined && user.status !== "deleted" && mayWrite && (
        <Actions user={user} onDeleted={sheet.onClose} />
      )}
      {user !== undefined && <UserFacts user={user} />}
    </RowSheet>
  );
}

function Actions({ user, onDeleted }: { user: User; onDeleted: () => void }) {
  const t = useTranslations("people");
  const [open, setOpen] = useState<"edit" | "totp" | "delete" | null>(null);
  const toggle = useStatusToggle("/api/users");
  const path = `/api/users/${user.id}`;
  const edited = useEdited<User>(open === "edit" ? path : null);
  const end = useApiMutation<void, null>({
    send: () => ({ method: "POST", path: `${path}/sign-out-everywhere` }),
    invalidates: [],
    onSaved: () => notifications.show({ message: t("sessionsEnded") }),
  });
  const isActive = user.status === "active";
  const name = user.name || user.email;
  return (
    <div className={classes.actions}>
      <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setOpen("edit")}>
        {t("edit")}
      </Button>
      <Button
        variant="default"
        leftSection={isActive ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
        onClick={() => toggle.mutate({ id: user.id, name, status: isActive ? "disabled" : "active" })}
      >
        {isActive ? t("disable") : t("enable")}
      </Button>
      <Button
        variant="default"
        leftSection={<IconDoorExit size={16} />}
        loading={end.isPending}
        onClick={() => end.mutate()}
      >
        {t("endSessions")}
      </Button>
      {user.totp && (
        <Button variant="default" leftSection={<IconShieldOff size={16} />} onClick={() => setOpen("totp")}>
          {t("totpOff")}
        </Button>
      )}
      <Button
        variant="default"
        c="var(--tg-bad)"
        leftSection={<IconTrash size={16} />}
        onClick={() => setOpen("delete")}
      >
        {t("deletePerson")}
      </Button>
      {open === "delete" && <DeleteUser user={user} onClose={() => setOpen(null)} onDeleted={onDeleted} />}
      {open === "edit" && edited.data !== undefined && (
        <UserForm user={edited.data.value} etag={edited.data.etag} onClose={() => setOpen(null)} />
      )}
      {open === "totp" && (
        <ConfirmRemoval
          path={`${path}/totp`}
          invalidates={["/api/users"]}
          title={t("totpOffTitle")}
          name={user.email}
          action={t("totpOff")}
          onClose={() => setOpen(null)}
          onRemoved={() => setOpen(null)}
        >
          {t("totpOffText")}
        </ConfirmRemoval>
      )}
    </div>
  );
}

function UserFacts({ user }: { user: User }) {
  const t = useTranslations("people");
  const { data } = useQuery(accountsOfUserQuery(user.id));
  if (user.status === "deleted") {
    return <Facts facts={[{ name: t("id"), value: <Id value={user.id} full /> }]} />;
  }
  const accounts = data?.items ?? [];
  return (
    <Facts
      facts={[
        { name: t("email"), value: user.email },
        { name: t("name"), value: user.name || "–" },
        { name: t("role"), value: t(`roles.${user.role}`) },
        { name: t("totp"), value: user.totp ? t("on") : t("off") },
        { name: t("language"), value: user.locale === null ? t("asBrowser") : t(`locales.${user.locale}`) },
        ...(accounts.length === 0
          ? []
          : [{ name: t("accounts"), value: <AccountLinks accounts={accounts} /> }]),
        { name: t("lastSignIn"), value: <Ago at={user.lastSignInAt} /> },
        { name: t("created"), value: <Ago at={user.createdAt} /> },
        { name: t("id"), value: <Id value={user.id} full /> },
      ]}
    />
  );
}

function AccountLinks({ accounts }: { accounts: readonly AccountOfUser[] }) {
  const t = useTranslations("people");
  return (
    <span className={classes.accounts}>
      {accounts.map(({ accountId, name, role }) => (
        <span key={accountId}>
          <Link className={classes.link} href={`/accounts/${accountId}`}>
            {name}
          </Link>{" "}
          <span className={classes.dim}>{t(`roles.${role}`)}</span>
        </span>
      ))}
    </span>
  );
}
