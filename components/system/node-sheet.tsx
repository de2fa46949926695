"use client";

import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { nodeQuery } from "#lib/api/queries";
import type { AbandonedNode, Node } from "#lib/nodes/schema";
import { Ago } from "../common/ago.tsx";
import { ConfirmDialog } from "../common/confirm-dialog.tsx";
import { Count } from "../common/count.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { Facts, SheetSection } from "../common/facts.tsx";
import { moneyText } from "../common/format-money.ts";
import { Id } from "../common/id.tsx";
import { Money } from "../common/money.tsx";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import { useCan } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { NodeParts } from "./node-parts.tsx";
import { NodeState } from "./node-state.tsx";
import classes from "./system.module.css";
import { Lag } from "./use-node-columns.tsx";

type Props = SheetSteps & {
  id: string;
  known: Node | undefined;
};

/** One node: its parts, whose money it has, and, if it is gone for good, the way to give that back. */
export function NodeSheet({ id, known, ...sheet }: Props) {
  const t = useTranslations("nodes");
  const query = useQuery({
    ...nodeQuery(id),
    refetchInterval: 5_000,
    ...(known === undefined ? {} : { initialData: known, initialDataUpdatedAt: 0 }),
  });
  const node = query.data;
  const title = (
    <>
      <span>{node?.host ?? t("node")}</span>
      {node !== undefined && <NodeState node={node} />}
    </>
  );
  return (
    <RowSheet label={`${t("node")} ${id}`} title={title} {...sheet}>
      {node === undefined && query.error !== null && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {node !== undefined && (
        <>
          {node.state !== "live" && node.leaseCount > 0 && <Abandon node={node} />}
          <SheetSection title={t("partsTitle")}>
            {node.state === "away" && <p className={classes.dim}>{t("asReported")}</p>}
            <NodeParts parts={node.parts} />
          </SheetSection>
          <SheetSection title={t("leasesTitle")}>
            <Leases node={node} />
          </SheetSection>
          <SheetSection title={t("details")}>
            <NodeFacts node={node} />
          </SheetSection>
        </>
      )}
    </RowSheet>
  );
}

function Abandon({ node }: { node: Node }) {
  const t = useTranslations("nodes");
  const mayWrite = useCan("nodes.write");
  const [isAsking, setAsking] = useState(false);
  const abandon = useApiMutation<void, AbandonedNode>({
    send: () => ({ method: "POST", path: `/api/nodes/${node.id}/abandon`, body: { confirm: node.id } }),
    invalidates: ["/api/nodes", "/api/accounts", "/api/alerts"],
    idempotent: true,
    onSaved: ({ freed }) => {
      setAsking(false);
      notifications.show({ color: "petrol", message: t("abandoned", { freed: moneyText(freed) }) });
    },
  });
  return (
    <div className={classes.action}>
      <p>{t("abandonHint")}</p>
      {mayWrite && (
        <Button color="red" variant="light" onClick={() => setAsking(true)}>
          {t("abandon")}
        </Button>
      )}
      <ConfirmDialog
        opened={isAsking}
        title={t("abandonTitle")}
        name={node.id}
        action={t("abandon")}
        isBusy={abandon.isPending}
        error={abandon.error?.message ?? null}
        onConfirm={() => abandon.mutate()}
        onClose={() => setAsking(false)}
      >
        <p>{t("abandonText", { amount: moneyText(node.leased), count: node.leaseCount })}</p>
        <p>{t("abandonAfter")}</p>
      </ConfirmDialog>
    </div>
  );
}

function Leases({ node: { leases, leaseCount } }: { node: Node }) {
  const t = useTranslations("nodes");
  if (leases.length === 0) return <p className={classes.dim}>{t("noLeases")}</p>;
  return (
    <>
      <ul className={classes.leases} aria-label={t("leasesTitle")}>
        {leases.map(({ accountId, accountName, amount }) => (
          <li key={accountId}>
            <Link href={`/accounts/${accountId}`}>{accountName === "" ? accountId : accountName}</Link>
            <Money value={amount} />
          </li>
        ))}
      </ul>
      {leases.length < leaseCount && (
        <p className={classes.dim}>{t("leasesMore", { shown: leases.length, count: leaseCount })}</p>
      )}
    </>
  );
}

function NodeFacts({ node }: { node: Node }) {
  const t = useTranslations("nodes");
  const { spool, engine, clockOffsetMs, deadLetters } = node;
  return (
    <Facts
      facts={[
        { name: t("lastSeen"), value: <Ago at={node.lastSeen} /> },
        { name: t("started"), value: <Ago at={node.startedAt} /> },
        { name: t("version"), value: node.version ?? "–" },
        { name: t("engine"), value: engine === null ? "–" : t(`engines.${engine}`) },
        { name: t("waiting"), value: spool === null ? "–" : <Count value={spool.rows} /> },
        { name: t("lag"), value: <Lag node={node} /> },
        { name: t("bytes"), value: spool === null ? "–" : kibibytes(spool.bytes) },
        { name: t("clock"), value: clockOffsetMs === null ? "–" : t("clockOff", { ms: clockOffsetMs }) },
        {
          name: t("deadLetters"),
          value:
            deadLetters === 0 ? (
              <Count value={0} />
            ) : (
              <Link href={`/dead-letters?state=open&nodeId=${node.id}`}>{deadLetters}</Link>
            ),
        },
        { name: t("id"), value: <Id value={node.id} full /> },
      ]}
    />
  );
}

function kibibytes(bytes: number): string {
  return bytes < 1_048_576 ? `${(bytes / 1_024).toFixed(1)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
