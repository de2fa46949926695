"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { claimsQuery, rechargesQuery } from "#lib/api/queries";
import type { Recharge } from "#lib/recharges/schema";
import { Ago } from "../common/ago.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { Money } from "../common/money.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { useCan } from "../shell/me.tsx";
import { Paid } from "./paid.tsx";
import { RechargeState } from "./recharge-state.tsx";
import classes from "./recharges.module.css";

const ClaimForm = dynamic(() => import("./claim-form.tsx").then((module) => module.ClaimForm), {
  ssr: false,
});
const USUAL_MS = 180_000;
const STUCK_MS = 600_000;

/** An account's payments, newest first: what became of each, its receipt, and what to do when one is not credited. */
export function OwnRecharges({ accountId }: { accountId: string }) {
  const t = useTranslations("recharges");
  const mayPay = useCan("payments.write");
  const [claimed, setClaimed] = useState<Recharge | "none" | null>(null);
  const pages = useInfiniteQuery({ ...rechargesQuery({ accountId, limit: 20 }), refetchInterval: 10_000 });
  const claims = useInfiniteQuery({ ...claimsQuery({ accountId, limit: 20 }), refetchInterval: 15_000 });
  const recharges = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const own = claims.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={classes.block} aria-label={t("history")}>
      <h2>{t("history")}</h2>
      {pages.data === undefined && pages.error !== null && (
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
      )}
      {pages.data !== undefined && recharges.length === 0 && <p className={classes.note}>{t("noneYet")}</p>}
      {recharges.length > 0 && (
        <table className={classes.table} aria-label={t("history")}>
          <thead>
            <tr>
              <th>{t("orderNo")}</th>
              <th data-right>{t("amount")}</th>
              <th data-right className={classes.wide}>
                {t("credit")}
              </th>
              <th>{t("status")}</th>
              <th data-right className={classes.wide}>
                {t("created")}
              </th>
            </tr>
          </thead>
          <tbody>
            {recharges.map((recharge) => (
              <Row
                key={recharge.id}
                recharge={recharge}
                onClaim={mayPay ? () => setClaimed(recharge) : undefined}
              />
            ))}
          </tbody>
        </table>
      )}
      <div className={classes.buttons}>
        {pages.hasNextPage && (
          <Button variant="subtle" size="compact-sm" onClick={() => void pages.fetchNextPage()}>
            {t("older")}
          </Button>
        )}
        {mayPay && (
          <Button variant="default" size="compact-sm" onClick={() => setClaimed("none")}>
            {t("claimOther")}
          </Button>
        )}
      </div>
      {own.length > 0 && (
        <>
          <h2>{t("ownClaims")}</h2>
          <table className={classes.table} aria-label={t("ownClaims")}>
            <tbody>
              {own.map((claim) => (
                <tr key={claim.id}>
                  <td>
                    {claim.orderNo}
                    {claim.answer !== "" && <p className={classes.note}>{claim.answer}</p>}
                  </td>
                  <td>
                    <StateBadge
                      tone={claim.state === "waiting" ? "warn" : claim.state === "credited" ? "ok" : "bad"}
                    >
                      {t(`claimStates.${claim.state}`)}
                    </StateBadge>
                  </td>
                  <td data-right>
                    <Ago at={claim.createdAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {claimed !== null && (
        <ClaimForm
          accountId={accountId}
          recharge={claimed === "none" ? undefined : claimed}
          onClose={() => setClaimed(null)}
        />
      )}
    </section>
  );
}

function Row({ recharge, onClaim }: { recharge: Recharge; onClaim: (() => void) | undefined }) {
  const t = useTranslations("recharges");
  const locale = useLocale();
  const { status, createdAt, creditedAt, amount, currency, credit, payUrl } = recharge;
  const waitedMs = Date.now() - Date.parse(createdAt);
  const isPending = status === "pending";
  return (
    <tr>
      <td>
        {recharge.orderNo}
        {isPending && waitedMs > USUAL_MS && (
          <p className={classes.note}>{t(waitedMs > STUCK_MS ? "takesLonger" : "usually")}</p>
        )}
        {recharge.reason === "no-rate" && <p className={classes.note}>{t("reasons.no-rate")}</p>}
      </td>
      <td data-right>
        <Paid amount={amount} currency={currency} />
      </td>
      <td data-right className={classes.wide}>
        {creditedAt === null ? "–" : <Money value={credit} />}
      </td>
      <td>
        <RechargeState status={status} />
        <span className={classes.buttons}>
          {creditedAt !== null && (
            <a
              className={classes.link}
              href={`/api/recharges/${recharge.id}/receipt?lang=${locale === "zh" ? "zh" : "en"}`}
            >
              {t("receipt")}
            </a>
          )}
          {isPending && payUrl !== null && (
            <a className={classes.link} href={payUrl}>
              {t("toPayment")}
            </a>
          )}
          {onClaim !== undefined && isPending && waitedMs > STUCK_MS && (
            <Button variant="default" size="compact-xs" onClick={onClaim}>
              {t("claim")}
            </Button>
          )}
        </span>
      </td>
      <td data-right className={classes.wide}>
        <Ago at={createdAt} />
      </td>
    </tr>
  );
}
