"use client";

import { Button, Group as Row } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { ApiProblem } from "#lib/api/client";
import { groupGrantsQuery } from "#lib/api/queries";
import type { Grant } from "#lib/groups/grant-schema";
import type { Group } from "#lib/groups/schema";
import { Ago } from "../common/ago.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { SheetSection } from "../common/facts.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { useCan } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { ActivatedModels } from "./activated-models.tsx";
import classes from "./groups.module.css";

const GrantForm = dynamic(() => import("./grant-form.tsx").then((module) => module.GrantForm), {
  ssr: false,
});
const SHOWN = 20;

/** For whom what of a group is activated, until when; activate, change, take back. */
export function GrantsTable({ group }: { group: Group }) {
  const t = useTranslations("groups");
  const mayWrite = useCan("groups.write");
  const [edited, setEdited] = useState<Grant | "new" | null>(null);
  const [isWhole, setWhole] = useState(false);
  const { data, error, refetch } = useQuery(groupGrantsQuery(group.id));
  const grants = data?.items ?? [];
  const add = mayWrite && (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<IconPlus size={14} />}
      onClick={() => setEdited("new")}
    >
      {t("activate")}
    </Button>
  );
  return (
    <SheetSection title={t("grants")} aside={add}>
      {data === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data !== undefined && grants.length === 0 && <p className={classes.note}>{t("noGrants")}</p>}
      {grants.length > 0 && (
        <table className={classes.table} aria-label={t("grants")}>
          <thead>
            <tr>
              <th>{t("account")}</th>
              <th>{t("models")}</th>
              <th>{t("until")}</th>
              <th className={classes.wide}>{t("noteOf")}</th>
              {mayWrite && <th aria-label={t("actions")} />}
            </tr>
          </thead>
          <tbody>
            {(isWhole ? grants : grants.slice(0, SHOWN)).map((grant) => (
              <tr key={grant.accountId}>
                <td>
                  <Link className={classes.more} href={`/accounts/${grant.accountId}`}>
                    {grant.accountName}
                  </Link>
                </td>
                <td data-wide>
                  <ActivatedModels activation={grant} all={t("allModels")} />
                </td>
                <td>
                  <Until at={grant.expiresAt} />
                </td>
                <td className={`${classes.wide} ${classes.dim}`}>{grant.note || "–"}</td>
                {mayWrite && (
                  <td data-right data-actions>
                    <GrantActions grant={grant} onEdit={() => setEdited(grant)} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {!isWhole && grants.length > SHOWN && (
        <Button variant="subtle" size="compact-sm" onClick={() => setWhole(true)}>
          {t("showMore", { count: grants.length - SHOWN })}
        </Button>
      )}
      {edited !== null && (
        <GrantForm
          group={group}
          accountId={edited === "new" ? null : edited.accountId}
          onClose={() => setEdited(null)}
        />
      )}
    </SheetSection>
  );
}

function Until({ at }: { at: string | null }) {
  const t = useTranslations("groups");
  if (at === null) return <>{t("forGood")}</>;
  if (new Date(at) > new Date()) return <Ago at={at} />;
  return (
    <StateBadge tone="idle">
      {t("ended")} <Ago at={at} />
    </StateBadge>
  );
}

function GrantActions({ grant, onEdit }: { grant: Grant; onEdit: () => void }) {
  const t = useTranslations("groups");
  const path = `/api/groups/${grant.groupId}/grants/${grant.accountId}`;
  const restore = useApiMutation<null, Grant>({
    send: () => ({
      method: "PUT",
      path,
      body: {
        models: grant.models,
        expiresAt: grant.expiresAt,
        modelEnds: grant.modelEnds,
        note: grant.note,
      },
      // Somebody may have activated it again meanwhile, and otherwise.
      onlyNew: true,
    }),
    invalidates: ["/api/groups"],
  });
  const revoke = useApiMutation<null, void>({
    send: () => ({ method: "DELETE", path }),
    invalidates: ["/api/groups"],
    onSaved: () => {
      notifications.show({
        color: "green",
        autoClose: 8_000,
        message: (
          <Row gap="sm">
            {t("wasRevoked", { name: grant.accountName })}
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => restore.mutate(null, { onError: tellRefusal })}
            >
              {t("undo")}
            </Button>
          </Row>
        ),
      });
    },
  });
  return (
    <Row gap={6} justify="flex-end" wrap="nowrap">
      <Button variant="subtle" size="compact-xs" onClick={onEdit}>
        {t("edit")}
      </Button>
      <Button
        variant="subtle"
        size="compact-xs"
        c="var(--tg-bad)"
        loading={revoke.isPending}
        onClick={() => revoke.mutate(null, { onError: tellRefusal })}
      >
        {t("revoke")}
      </Button>
    </Row>
  );
}

function tellRefusal({ message }: ApiProblem): void {
  notifications.show({ color: "red", message });
}
