"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { limitRequestQuery } from "#lib/api/queries";
import type { LimitRequest } from "#lib/limits/request-schema";
import { Ago } from "../common/ago.tsx";
import { Count } from "../common/count.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { type Fact, Facts, SheetSection } from "../common/facts.tsx";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import { useCan } from "../shell/me.tsx";
import { DecideForm } from "./decide-form.tsx";
import { DecideLineForm } from "./decide-line-form.tsx";
import { HistoryChart } from "./history-chart.tsx";
import classes from "./limits.module.css";
import { RequestState } from "./request-state.tsx";

type Props = SheetSteps & { id: string };

/** One limit request: what is asked and why, what the account really uses, and the decision. */
export function LimitRequestSheet({ id, ...sheet }: Props) {
  const t = useTranslations("limitRequests");
  const mayDecide = useCan("limits.write");
  const { data: request, error, refetch } = useQuery(limitRequestQuery(id));
  return (
    <RowSheet
      label={t("sheet")}
      title={
        request !== undefined && (
          <>
            <span>{request.accountName}</span>
            <RequestState state={request.state} />
          </>
        )
      }
      {...sheet}
    >
      {request === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {request !== undefined && (
        <>
          <Usage request={request} />
          {request.state === "waiting" && mayDecide && (
            <SheetSection title={t("decide")}>
              {request.kind === "line" ? (
                <DecideLineForm key={request.id} request={request} onDecided={() => void refetch()} />
              ) : (
                <DecideForm key={request.id} request={request} onDecided={() => void refetch()} />
              )}
            </SheetSection>
          )}
          <SheetSection title={t("request")}>
            <RequestFacts request={request} />
          </SheetSection>
        </>
      )}
    </RowSheet>
  );
}

/** What the account really uses of what it asks for; a line has nothing to count. */
function Usage({ request }: { request: LimitRequest }) {
  const t = useTranslations("limitRequests");
  const { accountId, model, metric, wanted, reason, state } = request;
  const said = reason !== "" && (
    <div className={classes.said}>
      <p className={classes.reason}>{reason}</p>
    </div>
  );
  if (metric === null) return said && <SheetSection title={t("why")}>{said}</SheetSection>;
  return (
    <SheetSection title={t("usage")}>
      {said}
      <HistoryChart
        accountId={accountId}
        model={model}
        metric={metric}
        {...(state === "waiting" && wanted !== null ? { wanted } : {})}
      />
    </SheetSection>
  );
}

/** What was asked, by whom and why; and the answer once there is one. */
export function RequestFacts({ request, isOwn = false }: { request: LimitRequest; isOwn?: boolean }) {
  const t = useTranslations("limitRequests");
  const limits = useTranslations("limits");
  const { kind, line, model, metric, stood, peak, wanted, wantedUntil, reason, askedBy, createdAt } = request;
  const until = (at: string | null) => (at === null ? t("forGood") : <Ago at={at} />);
  const facts: (Fact | false)[] = [
    !isOwn && {
      name: t("account"),
      value: (
        <Link className={classes.link} href={`/accounts/${request.accountId}?tab=limits`}>
          {request.accountName}
        </Link>
      ),
    },
    line !== null && { name: t("line"), value: `${line.name} · ${model ?? t("allModelsOfLine")}` },
    metric !== null && {
      name: limits("limit"),
      value: `${limits(`metricHelp.${metric}`)} · ${model ?? limits("allModels")}`,
    },
    metric !== null && { name: t("stood"), value: stood === null ? "–" : <Count value={stood} /> },
    peak !== null && { name: t("weekPeak"), value: <Count value={peak} /> },
    wanted !== null && { name: t("wanted"), value: <Count value={wanted} /> },
    { name: t("until"), value: until(wantedUntil) },
    kind !== "reduce" && { name: t("why"), value: <p className={classes.reason}>{reason || "–"}</p> },
    kind === "reduce" && { name: t("why"), value: t("reduceWhy") },
    { name: t("askedBy"), value: askedBy },
    { name: t("asked"), value: <Ago at={createdAt} /> },
    request.granted !== null && { name: t("granted"), value: <Count value={request.granted} /> },
    request.state === "granted" && { name: t("grantedUntil"), value: until(request.grantedUntil) },
    request.answer !== "" && { name: t("answer"), value: <p className={classes.reason}>{request.answer}</p> },
    !isOwn && request.decidedBy !== null && { name: t("decidedBy"), value: request.decidedBy },
    request.decidedAt !== null && { name: t("decided"), value: <Ago at={request.decidedAt} /> },
  ];
  return <Facts facts={facts.filter((fact) => fact !== false)} />;
}
