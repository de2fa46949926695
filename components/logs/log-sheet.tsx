"use client";

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { logQuery } from "#lib/api/queries";
import type { LogDetail } from "#lib/logs/schema";
import { ErrorState } from "../common/error-state.tsx";
import { SheetSection } from "../common/facts.tsx";
import { Id } from "../common/id.tsx";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import { useCan } from "../shell/me.tsx";
import { Attempts } from "./attempts.tsx";
import { BillArithmetic } from "./bill-arithmetic.tsx";
import { LogFacts, LogTimes, LogTokens } from "./log-facts.tsx";
import { LogStatus } from "./log-status.tsx";
import classes from "./logs.module.css";
import { NotAsked } from "./not-asked.tsx";

type Props = SheetSteps & { requestId: string };

/** One request: what it cost and why, where it went, how long it took. */
export function LogSheet({ requestId, ...sheet }: Props) {
  const t = useTranslations("logs");
  const query = useQuery({ ...logQuery(requestId), staleTime: 60_000 });
  const log = query.data;
  return (
    <RowSheet
      label={t("request", { id: requestId })}
      title={
        <>
          <Id value={requestId} />
          {log !== undefined && <LogStatus row={log} />}
        </>
      }
      {...sheet}
    >
      {log === undefined && query.error !== null && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {log === undefined && query.error === null && (
        <div aria-busy="true">
          <Skeleton height={320} />
        </div>
      )}
      {log !== undefined && <LogBody log={log} />}
    </RowSheet>
  );
}

function LogBody({ log }: { log: LogDetail }) {
  const t = useTranslations("logs");
  const maySeeChannels = useCan("channels.read");
  return (
    <>
      <SheetSection title={t("bill")}>
        {log.bill === null ? (
          <p className={classes.note}>{t("noBill")}</p>
        ) : (
          <BillArithmetic bill={log.bill} />
        )}
        {log.ledgerTransactionId !== null && log.accountId !== null && (
          <p className={classes.note}>
            <Link href={`/accounts/${log.accountId}?transaction=${log.ledgerTransactionId}`}>
              {t("ledgerTransaction")}
            </Link>{" "}
            <Id value={log.ledgerTransactionId} />
          </p>
        )}
      </SheetSection>
      {maySeeChannels && (
        <SheetSection title={t("attempts")}>
          <Attempts attempts={log.attempts} latencyMs={log.latencyMs} />
          <NotAsked log={log} />
        </SheetSection>
      )}
      <SheetSection title={t("tokens")}>
        <LogTokens log={log} />
      </SheetSection>
      <SheetSection title={t("timing")}>
        <LogTimes log={log} />
      </SheetSection>
      <SheetSection title={t("details")}>
        <LogFacts log={log} />
      </SheetSection>
    </>
  );
}
