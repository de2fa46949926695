"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { keyQuery } from "#lib/api/queries";
import type { Key } from "#lib/keys/schema";
import { Ago } from "../common/ago.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { Facts } from "../common/facts.tsx";
import { Id } from "../common/id.tsx";
import { RowSheet } from "../data-table/row-sheet.tsx";
import { useCan } from "../shell/me.tsx";
import { RowActions } from "../shell/row-actions.tsx";
import { KeyBudget } from "./key-budget.tsx";
import { KeyState } from "./key-state.tsx";
import classes from "./keys.module.css";

type Props = {
  id: string;
  /** What the list knows of it already. */
  known: Key | undefined;
  onClose: () => void;
  onPrevious?: (() => void) | undefined;
  onNext?: (() => void) | undefined;
  onEdit: (key: Key) => void;
  onDelete: (key: Key) => void;
};

/** One key: whose it is, what it may, what it spent; and what can be done about it. */
export function KeySheet({ id, known, onClose, onPrevious, onNext, onEdit, onDelete }: Props) {
  const query = useQuery({
    ...keyQuery(id),
    ...(known === undefined ? {} : { initialData: known, initialDataUpdatedAt: 0 }),
  });
  const mayWrite = useCan("keys.write");
  const key = query.data;
  return (
    <RowSheet
      label={key?.name ?? id}
      title={
        <>
          <span>{key?.name ?? id}</span>
          {key !== undefined && <KeyState apiKey={key} />}
        </>
      }
      {...{ onClose, onPrevious, onNext }}
    >
      {key === undefined && query.error !== null && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {key !== undefined && (
        <RowActions
          row={key}
          path="/api/keys"
          logsHref={`/logs?keyId=${key.id}`}
          words="keys"
          mayWrite={mayWrite}
          onEdit={() => onEdit(key)}
          onDelete={() => onDelete(key)}
        />
      )}
      {key !== undefined && <KeyFacts apiKey={key} />}
    </RowSheet>
  );
}

function KeyFacts({ apiKey }: { apiKey: Key }) {
  const t = useTranslations("keys");
  return (
    <Facts
      facts={[
        {
          name: t("account"),
          value: <Link href={`/accounts/${apiKey.accountId}`}>{apiKey.accountName}</Link>,
        },
        { name: t("secret"), value: <code>{`${apiKey.prefix}…${apiKey.last4}`}</code> },
        { name: t("budget"), value: <KeyBudget budget={apiKey.budget} /> },
        { name: t("group"), value: apiKey.group ?? t("groupOfAccount") },
        { name: t("models"), value: <Names values={apiKey.models} all={t("allModels")} /> },
        { name: t("networks"), value: <Names values={apiKey.allowedCidrs} all={t("allNetworks")} /> },
        { name: t("expires"), value: apiKey.expiresAt === null ? t("never") : <Ago at={apiKey.expiresAt} /> },
        { name: t("lastUsed"), value: <Ago at={apiKey.lastUsedAt} /> },
        { name: t("created"), value: <Ago at={apiKey.createdAt} /> },
        { name: t("id"), value: <Id value={apiKey.id} full /> },
      ]}
    />
  );
}

function Names({ values, all }: { values: readonly string[]; all: string }) {
  if (values.length === 0) return <span className={classes.dim}>{all}</span>;
  return (
    <span className={classes.list}>
      {values.map((value) => (
        <span key={value}>{value}</span>
      ))}
    </span>
  );
}
