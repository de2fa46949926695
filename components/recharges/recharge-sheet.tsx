"use client";

import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { rechargeQuery, rechargeStoryQuery } from "#lib/api/queries";
import { type RechargeReason, rechargeReasons } from "#lib/recharges/machine";
import type { Recharge, RechargeEvent } from "#lib/recharges/schema";
import { Ago } from "../common/ago.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { type Fact, Facts, SheetSection } from "../common/facts.tsx";
import { Money } from "../common/money.tsx";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import { useCan } from "../shell/me.tsx";
import { DecideRecharge } from "./decide-recharge.tsx";
import { Paid } from "./paid.tsx";
import { RechargeState } from "./recharge-state.tsx";
import classes from "./recharges.module.css";

type Props = SheetSteps & { id: string };

/** One order: what can be done with it, what it is, and its story. */
export function RechargeSheet({ id, ...sheet }: Props) {
  const t = useTranslations("recharges");
  const locale = useLocale();
  const mayWrite = useCan("recharges.write");
  const { data: recharge, error, refetch } = useQuery(rechargeQuery(id));
  return (
    <RowSheet
      label={t("sheet")}
      title={
        recharge !== undefined && (
          <>
            <span>{recharge.orderNo}</span>
            <RechargeState status={recharge.status} />
          </>
        )
      }
      {...sheet}
    >
      {recharge === undefined && error !== null && (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
      {recharge !== undefined && (
        <>
          {recharge.reason !== null && <p className={classes.said}>{t(`reasons.${recharge.reason}`)}</p>}
          {recharge.creditedAt !== null && (
            <Button
              component="a"
              href={`/api/recharges/${recharge.id}/receipt?lang=${locale === "zh" ? "zh" : "en"}`}
              variant="default"
              leftSection={<IconDownload size={16} />}
            >
              {t("receipt")}
            </Button>
          )}
          {mayWrite && <DecideRecharge key={`${recharge.id} ${recharge.status}`} recharge={recharge} />}
          <SheetSection title={t("order")}>
            <RechargeFacts recharge={recharge} />
          </SheetSection>
          <SheetSection title={t("story")}>
            <Story id={recharge.id} />
          </SheetSection>
        </>
      )}
    </RowSheet>
  );
}

function RechargeFacts({ recharge }: { recharge: Recharge }) {
  const t = useTranslations("recharges");
  const { amount, currency, rate, rateDate, credit, bonus, refundedAmount, tier, note } = recharge;
  const isCredited = recharge.creditedAt !== null;
  const facts: (Fact | false)[] = [
    {
      name: t("account"),
      value: (
        <Link className={classes.link} href={`/accounts/${recharge.accountId}`}>
          {recharge.accountName}
        </Link>
      ),
    },
    { name: t("amount"), value: <Paid amount={amount} currency={currency} /> },
    rate !== null &&
      currency !== "USD" && { name: t("rate"), value: t("rateOf", { rate, currency, date: rateDate ?? "" }) },
    isCredited && { name: t("credit"), value: <Money value={credit} /> },
    bonus !== "0" && {
      name: tier === null ? t("bonus") : `${t("bonus")} · ${tier.name}`,
      value: <Money value={bonus} />,
    },
    refundedAmount !== "0" && {
      name: t("refunded"),
      value: <Paid amount={refundedAmount} currency={currency} />,
    },
    { name: t("method"), value: recharge.method },
    recharge.providerRef !== null && { name: t("providerRef"), value: recharge.providerRef },
    note !== "" && { name: t("note"), value: <p className={classes.said}>{note}</p> },
    { name: t("created"), value: <Ago at={recharge.createdAt} /> },
    recharge.expiresAt !== null && { name: t("expires"), value: <Ago at={recharge.expiresAt} /> },
  ];
  return <Facts facts={facts.filter((fact) => fact !== false)} />;
}

function Story({ id }: { id: string }) {
  const t = useTranslations("recharges");
  const { data, error, refetch } = useQuery({ ...rechargeStoryQuery(id), refetchInterval: 15_000 });
  if (data === undefined)
    return error === null ? null : <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <ol className={classes.story}>
      {data.items.map((event) => (
        <li key={event.id}>
          <span>
            {t(`events.${event.kind}`)}
            {event.by !== "" && ` · ${event.by}`}
          </span>
          <Ago at={event.at} />
          <Detail event={event} />
        </li>
      ))}
    </ol>
  );
}

/** Figures and words of one event, as they were written down. */
function Detail({ event: { detail } }: { event: RechargeEvent }) {
  const t = useTranslations("recharges");
  const { reason, paid, paidCurrency, credit, bonus, rate, rateDate, amount, taken, currency, day, ref } =
    detail;
  const parts = [
    paid !== undefined && t("details.paid", { amount: `${paid} ${paidCurrency ?? ""}` }),
    credit !== undefined && t("details.credit", { credit, rate: rate ?? "1", date: rateDate ?? "" }),
    bonus !== undefined && bonus !== "0" && t("details.bonus", { bonus }),
    taken !== undefined && t("details.taken", { amount: amount ?? "", taken }),
    day !== undefined && t("details.noRate", { currency: currency ?? "", day }),
    ref !== undefined && ref !== "" && ref,
    reason !== undefined && reason !== "" && (isReason(reason) ? t(`reasons.${reason}`) : reason),
  ].filter((part) => part !== false);
  return parts.length === 0 ? null : <small>{parts.join(" · ")}</small>;
}

function isReason(text: string): text is RechargeReason {
  return (rechargeReasons as readonly string[]).includes(text);
}
