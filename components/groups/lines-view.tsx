"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsString, useQueryStates } from "nuqs";
import type { ReactNode } from "react";
import { linesQuery } from "#lib/api/queries";
import type { Line } from "#lib/groups/line-schema";
import { Ago } from "../common/ago.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { SheetSection } from "../common/facts.tsx";
import { MultiplierCell } from "../common/multiplier-cell.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { pushed } from "../data-table/history.ts";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { ActivatedModels } from "./activated-models.tsx";
import classes from "./groups.module.css";

const AskLineForm = dynamic(() => import("./ask-line-form.tsx").then((module) => module.AskLineForm), {
  ssr: false,
});

/** A customer's lines: which is theirs, what is open on each and at what multiplier, and asking for more. */
export function LinesView({ accountId, requests }: { accountId: string; requests: ReactNode }) {
  const t = useTranslations("lines");
  const mayAsk = useCan("limitRequests.write");
  const { data, error, refetch } = useQuery(linesQuery(accountId));
  // A refused call names line and model, so that a link can carry them here.
  const [params, setParams] = useQueryStates({ ask: parseAsString, model: parseAsString }, pushed);
  const lines = data?.items ?? [];
  const asked = lines.find(({ id }) => id === params.ask);
  return (
    <>
      <PageHeader title={t("title")} />
      <div className={classes.page}>
        <p className={classes.note}>{t("text")}</p>
        {data === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
        <table className={classes.table} aria-label={t("title")}>
          <thead>
            <tr>
              <th>{t("line")}</th>
              <th>{t("open")}</th>
              <th data-right className={classes.wide}>
                {t("multiplier")}
              </th>
              {mayAsk && <th aria-label={t("actions")} />}
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.id}>
                <td>
                  <span className={classes.lineName}>
                    {line.name}
                    {line.isOwn && <StateBadge tone="ok">{t("own")}</StateBadge>}
                  </span>
                  <span className={classes.dim}>{line.description}</span>
                </td>
                <td data-wide>
                  <OpenModels line={line} />
                </td>
                <td data-right className={classes.wide}>
                  <MultiplierCell value={line.multiplier} />
                </td>
                {mayAsk && (
                  <td data-right>
                    {(!line.isOwn || line.access === "granted") && (
                      <Button
                        variant="default"
                        size="compact-sm"
                        onClick={() => void setParams({ ask: line.id, model: null })}
                      >
                        {t(line.isOwn ? "askModel" : "ask")}
                      </Button>
                    )}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
        <SheetSection title={t("requests")}>{requests}</SheetSection>
      </div>
      {asked !== undefined && mayAsk && (
        <AskLineForm
          key={`${asked.id} ${params.model}`}
          accountId={accountId}
          line={asked}
          model={params.model}
          onClose={() => void setParams({ ask: null, model: null })}
        />
      )}
    </>
  );
}

function OpenModels({ line: { access, grantedModels, grant, isOwn } }: { line: Line }) {
  const t = useTranslations("lines");
  if (access === "open") return <>{t(isOwn ? "allOpen" : "onlyOnIt")}</>;
  const rest = grantedModels.length === 0 ? t("noneElse") : t("restOpen", { count: grantedModels.length });
  if (grant === null) return <span className={classes.models}>{rest}</span>;
  return (
    <span className={classes.models}>
      <StateBadge tone="ok">{t(grant.models.length === 0 ? "allActivated" : "activated")}</StateBadge>{" "}
      <ActivatedModels activation={grant} all="" />{" "}
      <span className={classes.dim}>
        {grant.expiresAt === null ? (
          t("forGood")
        ) : (
          <>
            {t("until")} <Ago at={grant.expiresAt} />
          </>
        )}
      </span>
    </span>
  );
}
