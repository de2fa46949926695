"use client";

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { ledgerTransactionQuery } from "#lib/api/queries";
import type { LedgerTransaction } from "#lib/ledger/schema";
import { Ago } from "../common/ago.tsx";
import { Count } from "../common/count.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { Facts, SheetSection } from "../common/facts.tsx";
import { Id } from "../common/id.tsx";
import { Money } from "../common/money.tsx";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import classes from "./ledger.module.css";

type Props = SheetSteps & { id: string };

/** One transaction with both its sides, which sum to 0 before one's eyes. */
export function TransactionSheet({ id, ...sheet }: Props) {
  const t = useTranslations("ledgerPage");
  const kinds = useTranslations("ledger.kinds");
  const query = useQuery({ ...ledgerTransactionQuery(id), staleTime: 60_000 });
  const transaction = query.data;
  const title = (
    <>
      <span>{transaction === undefined ? t("title") : kinds(transaction.kind)}</span>
      <Id value={id} />
    </>
  );
  return (
    <RowSheet label={t("transactionTitle", { id })} title={title} {...sheet}>
      {transaction === undefined && query.error !== null && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {transaction === undefined && query.error === null && <Skeleton height={240} />}
      {transaction !== undefined && (
        <>
          <SheetSection title={t("both")}>
            <Lines transaction={transaction} />
          </SheetSection>
          <SheetSection title={t("details")}>
            <TransactionFacts transaction={transaction} />
          </SheetSection>
        </>
      )}
    </RowSheet>
  );
}

function Lines({ transaction: { lines, sum } }: { transaction: LedgerTransaction }) {
  const t = useTranslations("ledgerPage");
  return (
    <table className={classes.lines} aria-label={t("both")}>
      <thead>
        <tr>
          <th scope="col">{t("ledgerAccount")}</th>
          <th scope="col">{t("customer")}</th>
          <th scope="col">{t("amount")}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={`${line.ledgerAccount} ${line.amount}`}>
            <th scope="row">{t(`ledgerAccounts.${line.ledgerAccount}`)}</th>
            <td>
              {line.accountId === null ? (
                "–"
              ) : (
                <Link href={`/accounts/${line.accountId}`}>{line.accountName ?? line.accountId}</Link>
              )}
            </td>
            <td>
              <Money value={line.amount} signed />
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={2}>
            {t("sum")}
          </th>
          <td>
            <Money value={sum} />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

function TransactionFacts({ transaction }: { transaction: LedgerTransaction }) {
  const t = useTranslations("ledgerPage");
  const ledger = useTranslations("ledger");
  const { minute, requests, reference, note, accountId } = transaction;
  const usage =
    minute === null
      ? []
      : [
          { name: t("minute"), value: <Ago at={minute} /> },
          {
            name: t("requestsName"),
            value: (
              <>
                <Count value={requests ?? 0} />{" "}
                <Link href={logsHref(accountId, minute)} className={classes.more}>
                  {t("showRequests")}
                </Link>
              </>
            ),
          },
        ];
  return (
    <Facts
      facts={[
        { name: ledger("time"), value: <Ago at={transaction.createdAt} /> },
        { name: t("actor"), value: transaction.actor },
        ...usage,
        { name: t("reference"), value: reference === "" ? "–" : reference },
        { name: t("note"), value: note === "" ? "–" : note },
        { name: ledger("transaction"), value: <Id value={transaction.transactionId} full /> },
      ]}
    />
  );
}

/** The request log of the minute in which the calls were admitted. */
function logsHref(accountId: string | null, minute: string): string {
  const to = new Date(Date.parse(minute) + 60_000).toISOString();
  const params = new URLSearchParams({ from: minute, to, ...(accountId === null ? {} : { accountId }) });
  return `/logs?${params}`;
}
