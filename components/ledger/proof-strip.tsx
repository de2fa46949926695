"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { proofsQuery } from "#lib/api/queries";
import type { LedgerProofAnswer } from "#lib/ledger/schema";
import { Ago } from "../common/ago.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import classes from "./ledger.module.css";
import type { Verify } from "./verify.tsx";

/** One line: do the books agree, since when is that known, how much was compared. */
export function ProofStrip({ verify, onOpen }: { verify: Verify; onOpen: () => void }) {
  const t = useTranslations("ledgerPage");
  const [latest] = useInfiniteQuery(proofsQuery()).data?.pages[0]?.items ?? [];
  return (
    <div className={classes.strip} aria-live="polite">
      {verify.error !== null && <StateBadge tone="bad">{verify.error.message}</StateBadge>}
      {verify.isPending && <StateBadge tone="idle">{t("verifying")}</StateBadge>}
      {!verify.isPending && verify.error === null && latest === undefined && (
        <StateBadge tone="idle">{t("never")}</StateBadge>
      )}
      {!verify.isPending && latest !== undefined && (
        <>
          <ProofBadge proof={latest} />
          <span className={classes.dim}>
            {t.rich("checked", { actor: latest.actor, ago: () => <Ago at={latest.checkedAt} /> })} ·{" "}
            {t("compared", { transactions: latest.transactions, rows: latest.rows })} ·{" "}
            {t("sealedDays", { count: latest.seals })}
          </span>
          <button type="button" className={classes.more} onClick={onOpen}>
            {t("proof")}
          </button>
        </>
      )}
    </div>
  );
}

export function ProofBadge({ proof }: { proof: LedgerProofAnswer }) {
  const t = useTranslations("ledgerPage");
  if (proof.ok) return <StateBadge tone="ok">{t("agree")}</StateBadge>;
  return <StateBadge tone="bad">{t("differ", { count: proof.differences.length })}</StateBadge>;
}
