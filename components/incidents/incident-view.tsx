"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { incidentQuery } from "#lib/api/queries";
import type { IncidentDetails } from "#lib/incidents/schema";
import { Ago } from "../common/ago.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { Facts, SheetSection } from "../common/facts.tsx";
import { moneyText } from "../common/format-money.ts";
import { Id } from "../common/id.tsx";
import { Money } from "../common/money.tsx";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { AddressTable } from "./address-table.tsx";
import { IncidentActions } from "./incident-actions.tsx";
import { IncidentState } from "./incident-state.tsx";
import classes from "./incidents.module.css";
import { Timeline } from "./timeline.tsx";
import { levelOf, useReasons } from "./use-reasons.ts";

const REFRESH_MS = 10_000;

/**
 * One incident: what happened in a sentence, what can be done, who did what when, and the evidence by address beside
 * how the key is usually used (`usual`).
 */
export function IncidentView({ id, usual }: { id: string; usual: ReactNode }) {
  const t = useTranslations("incidents");
  const { data, error, refetch } = useQuery({ ...incidentQuery(id), refetchInterval: REFRESH_MS });
  const mayWrite = useCan("incidents.write");
  const parent = { href: "/incidents", title: t("title") };
  if (data === undefined) {
    return (
      <>
        <PageHeader title="" parent={parent} />
        {error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      </>
    );
  }
  return (
    <>
      <PageHeader title={data.keyName} parent={parent} beside={<IncidentState state={data.state} />} />
      <div className={classes.page}>
        <Sentence incident={data} />
        <div className={classes.columns}>
          <div>
            <SheetSection title={t("evidence")}>
              <AddressTable incident={data} />
            </SheetSection>
            <SheetSection title={t("usual")}>
              <UsualDay day={data.usualDay} />
              {usual}
            </SheetSection>
            <SheetSection title={t("timeline")}>
              <Timeline incident={data} mayWrite={mayWrite} />
            </SheetSection>
          </div>
          <div>
            {mayWrite && (
              <SheetSection title={t("whatToDo")}>
                <IncidentActions incident={data} />
              </SheetSection>
            )}
            <SheetSection title={t("facts")}>
              <IncidentFacts incident={data} />
            </SheetSection>
          </div>
        </div>
      </div>
    </>
  );
}

/** What a cap on spend counts in. */
function UsualDay({ day }: { day: IncidentDetails["usualDay"] }) {
  const t = useTranslations("incidents");
  return day && <p>{t("usualDay", { spent: moneyText(day.spent), count: day.requests })}</p>;
}

function Sentence({ incident }: { incident: IncidentDetails }) {
  const t = useTranslations("incidents");
  const format = useFormatter();
  const reasons = useReasons()(incident.signals);
  const { keyName, requests, loss, networks, cause, score } = incident;
  return (
    <>
      <p className={classes.sentence}>
        {cause === "leak"
          ? t("leakSentence", { key: keyName })
          : t("sentence", {
              key: keyName,
              count: requests,
              spent: moneyText(loss),
              networks: networks.length,
              network: networks[0] ?? "–",
            })}
      </p>
      <p className={classes.level}>
        {t(`levels.${levelOf(score)}`, { score })}
        {reasons.length > 0 && ` ${t("because", { reasons: format.list(reasons) })}`}
      </p>
    </>
  );
}

function IncidentFacts({ incident }: { incident: IncidentDetails }) {
  const t = useTranslations("incidents");
  const mayRead = useCan("accounts.read");
  const { accountId, accountName, keyId, keyPrefix, keyLast4, keyStatus } = incident;
  return (
    <Facts
      facts={[
        {
          name: t("account"),
          value: mayRead ? (
            <Link className={classes.link} href={`/accounts/${accountId}`}>
              {accountName}
            </Link>
          ) : (
            accountName
          ),
        },
        {
          name: t("key"),
          value:
            keyStatus === "deleted" ? (
              `${keyPrefix}…${keyLast4}`
            ) : (
              <Link className={classes.link} href={`/keys/${keyId}`}>
                {`${keyPrefix}…${keyLast4}`}
              </Link>
            ),
        },
        { name: t("keyStatus"), value: t(`keyStatuses.${keyStatus}`) },
        { name: t("cause"), value: t(`causes.${incident.cause}`) },
        ...(incident.source === "" ? [] : [{ name: t("source"), value: incident.source }]),
        { name: t("loss"), value: <Money value={incident.loss} /> },
        { name: t("refunded"), value: <Money value={incident.refunded} /> },
        { name: t("since"), value: <Ago at={incident.since} /> },
        { name: t("opened"), value: <Ago at={incident.openedAt} /> },
        { name: t("lastSeen"), value: <Ago at={incident.lastSeenAt} /> },
        {
          name: t("logs"),
          value: (
            <Link
              className={classes.link}
              href={`/logs?keyId=${keyId}&from=${encodeURIComponent(incident.since)}&to=${encodeURIComponent(incident.lastSeenAt)}`}
            >
              {t("viewLogs")}
            </Link>
          ),
        },
        { name: t("id"), value: <Id value={incident.id} full /> },
      ]}
    />
  );
}
