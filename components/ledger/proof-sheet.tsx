"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { proofsQuery, sealsQuery } from "#lib/api/queries";
import type { LedgerProofAnswer, Seal } from "#lib/ledger/schema";
import { Ago } from "../common/ago.tsx";
import { Count } from "../common/count.tsx";
import { Facts, SheetSection } from "../common/facts.tsx";
import { moneyText } from "../common/format-money.ts";
import { Id } from "../common/id.tsx";
import { RowSheet } from "../data-table/row-sheet.tsx";
import { AccountName } from "../shell/names.tsx";
import classes from "./ledger.module.css";
import { ProofBadge } from "./proof-strip.tsx";

/** The last proof: what differs and where, what was compared, the sealed days, the runs before. */
export function ProofSheet({ onClose }: { onClose: () => void }) {
  const t = useTranslations("ledgerPage");
  const [latest, ...earlier] = useInfiniteQuery(proofsQuery()).data?.pages[0]?.items ?? [];
  const seals = useInfiniteQuery(sealsQuery()).data?.pages[0]?.items ?? [];
  const title = (
    <>
      <span>{t("proof")}</span>
      {latest !== undefined && <ProofBadge proof={latest} />}
    </>
  );
  return (
    <RowSheet label={t("proof")} title={title} onClose={onClose}>
      {latest === undefined && <p className={classes.dim}>{t("never")}</p>}
      {latest !== undefined && latest.differences.length > 0 && (
        <SheetSection title={t("differences")}>
          <Differences differences={latest.differences} />
        </SheetSection>
      )}
      {latest !== undefined && (
        <SheetSection title={t("details")}>
          <ProofFacts proof={latest} />
        </SheetSection>
      )}
      <SheetSection title={t("seals")}>
        <Seals seals={seals} />
      </SheetSection>
      {earlier.length > 0 && (
        <SheetSection title={t("runs")}>
          <ul className={classes.runs}>
            {earlier.map((run) => (
              <li key={run.id}>
                <ProofBadge proof={run} />
                <span className={classes.dim}>
                  {t.rich("checked", { actor: run.actor, ago: () => <Ago at={run.checkedAt} /> })}
                </span>
              </li>
            ))}
          </ul>
        </SheetSection>
      )}
    </RowSheet>
  );
}

function Differences({ differences }: Pick<LedgerProofAnswer, "differences">) {
  const t = useTranslations("ledgerPage");
  return (
    <ul className={classes.differences} aria-label={t("differences")}>
      {differences.map(({ check, id, accountId, day, expected, actual }) => (
        <li key={`${check} ${id} ${day} ${expected}`}>
          <p>{t(`checks.${check}`)}</p>
          <p className={classes.dim}>
            {accountId !== null && (
              <Link href={`/accounts/${accountId}?tab=ledger`}>
                <AccountName id={accountId} />
              </Link>
            )}
            {day !== null && <span>{day}</span>}
            {id !== accountId && <Id value={id} />}
          </p>
          <dl>
            <div>
              <dt>{t("expected")}</dt>
              <dd>{check === "seal" ? <Id value={expected} /> : moneyText(expected)}</dd>
            </div>
            <div>
              <dt>{t("actual")}</dt>
              <dd>{check === "seal" ? <Id value={actual} /> : moneyText(actual)}</dd>
            </div>
          </dl>
        </li>
      ))}
    </ul>
  );
}

function ProofFacts({ proof }: { proof: LedgerProofAnswer }) {
  const t = useTranslations("ledgerPage");
  return (
    <Facts
      facts={[
        { name: t("accounts"), value: <Count value={proof.accounts} /> },
        { name: t("transactions"), value: <Count value={proof.transactions} /> },
        { name: t("rows"), value: <Count value={proof.rows} /> },
        { name: t("dropped"), value: <Count value={proof.droppedDays} /> },
        { name: t("through"), value: proof.sealedThrough === null ? "–" : <Ago at={proof.sealedThrough} /> },
        { name: t("took"), value: t("duration", { ms: proof.durationMs }) },
      ]}
    />
  );
}

function Seals({ seals }: { seals: readonly Seal[] }) {
  const t = useTranslations("ledgerPage");
  const [last] = seals;
  if (last === undefined) return <p className={classes.dim}>{t("noSeals")}</p>;
  return (
    <>
      <table className={classes.lines} aria-label={t("seals")}>
        <thead>
          <tr>
            <th scope="col">{t("day")}</th>
            <th scope="col">{t("rows")}</th>
            <th scope="col">{t("amount")}</th>
            <th scope="col">{t("hash")}</th>
          </tr>
        </thead>
        <tbody>
          {seals.map((seal) => (
            <tr key={seal.number}>
              <th scope="row">{seal.since.slice(0, 10)}</th>
              <td>
                <Count value={seal.rows} />
              </td>
              <td>{moneyText(seal.amount)}</td>
              <td>
                <Id value={seal.hash} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={classes.dim}>{t("hashNote")}</p>
    </>
  );
}
