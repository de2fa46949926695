"use client";

import { Button } from "@mantine/core";
import { IconPencil, IconTags } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import type { ReactNode } from "react";
import { groupQuery } from "#lib/api/queries";
import type { Group } from "#lib/groups/schema";
import { Ago } from "../common/ago.tsx";
import { Count } from "../common/count.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { type Fact, Facts, SheetSection } from "../common/facts.tsx";
import { MultiplierCell } from "../common/multiplier-cell.tsx";
import { pushed } from "../data-table/history.ts";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useEdited } from "../shell/use-edited.ts";
import { GrantsTable } from "./grants-table.tsx";
import { GroupAccess } from "./group-access.tsx";
import classes from "./groups.module.css";

const GroupForm = dynamic(() => import("./group-form.tsx").then((module) => module.GroupForm), {
  ssr: false,
});
const MultiplierForm = dynamic(
  () => import("./multiplier-form.tsx").then((module) => module.MultiplierForm),
  { ssr: false },
);

type Props = { id: string; limits: ReactNode; channels: ReactNode; accounts: ReactNode };

/** One group: what it costs, which models need activation and for whom they are, its limits, channels and accounts. */
export function GroupView({ id, limits, channels, accounts }: Props) {
  const t = useTranslations("groups");
  const { data: group, error, refetch } = useQuery(groupQuery(id));
  const parent = { href: "/groups", title: t("title") };
  if (group === undefined) {
    return (
      <>
        <PageHeader title="" parent={parent} />
        {error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      </>
    );
  }
  const all = (href: string) => (
    <Link className={classes.more} href={href}>
      {t("showAll")}
    </Link>
  );
  return (
    <>
      <PageHeader title={group.name} parent={parent} beside={<GroupAccess group={group} />}>
        <GroupActions group={group} />
      </PageHeader>
      <div className={classes.page}>
        <div className={classes.columns}>
          <SheetSection title={t("facts")}>
            <GroupFacts group={group} />
          </SheetSection>
          <SheetSection title={t("limits")} aside={all(`/limits?scope=group&scopeId=${group.id}`)}>
            {limits}
          </SheetSection>
        </div>
        {group.access === "granted" && <GrantsTable group={group} />}
        <SheetSection title={t("channels")}>{channels}</SheetSection>
        <SheetSection title={t("accounts")} aside={all(`/accounts?group=${group.id}`)}>
          {accounts}
        </SheetSection>
      </div>
    </>
  );
}

function GroupActions({ group }: { group: Group }) {
  const t = useTranslations("groups");
  const mayWrite = useCan("groups.write");
  const [form, setForm] = useQueryState(
    "form",
    parseAsStringLiteral(["edit", "multiplier"] as const).withOptions(pushed),
  );
  const close = () => void setForm(null);
  const edited = useEdited<Group>(form === null ? null : `/api/groups/${group.id}`);
  if (!mayWrite) return null;
  return (
    <>
      <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => void setForm("edit")}>
        {t("edit")}
      </Button>
      <Button leftSection={<IconTags size={16} />} onClick={() => void setForm("multiplier")}>
        {t("changeMultiplier")}
      </Button>
      {form === "edit" && edited.data !== undefined && (
        <GroupForm group={edited.data.value} etag={edited.data.etag} onClose={close} onSaved={close} />
      )}
      {form === "multiplier" && edited.data !== undefined && (
        <MultiplierForm group={edited.data.value} etag={edited.data.etag} onClose={close} />
      )}
    </>
  );
}

function GroupFacts({ group }: { group: Group }) {
  const t = useTranslations("groups");
  const { id, description, access, grantedModels, multiplier, scheduled, accounts } = group;
  const facts: (Fact | false)[] = [
    { name: t("multiplier"), value: <MultiplierCell value={multiplier} /> },
    scheduled !== null && {
      name: t("next"),
      value: (
        <Link className={classes.more} href={`/models/versions/${scheduled.priceVersionId}`}>
          <MultiplierCell value={scheduled.multiplier} /> <Ago at={scheduled.effectiveAt} />
        </Link>
      ),
    },
    { name: t("access"), value: t(`accesses.${access}`) },
    access === "granted" && {
      name: t("grantedModels"),
      value: grantedModels.length === 0 ? t("allModels") : grantedModels.join(", "),
    },
    { name: t("accounts"), value: <Count value={accounts} /> },
    { name: t("id"), value: <code>{id}</code> },
    description !== "" && { name: t("description"), value: description },
  ];
  return <Facts facts={facts.filter((fact) => fact !== false)} />;
}
