"use client";

import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { limitRequestsQuery } from "#lib/api/queries";
import type { LimitRequest, RequestKind } from "#lib/limits/request-schema";
import { Ago } from "../common/ago.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { groupDigits } from "../common/format-money.ts";
import { useCan } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./limits.module.css";
import { RequestState } from "./request-state.tsx";

/** What an account has asked for, and what became of it; `kind`: of one kind only. */
export function OwnRequests({ accountId, kind }: { accountId: string; kind?: RequestKind }) {
  const t = useTranslations("limitRequests");
  const limits = useTranslations("limits");
  const pages = useInfiniteQuery({
    ...limitRequestsQuery({ accountId, kind, limit: 20 }),
    refetchInterval: 15_000,
  });
  if (pages.data === undefined) {
    return pages.error === null ? null : (
      <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
    );
  }
  const requests = pages.data.pages.flatMap((page) => page.items);
  if (requests.length === 0) return <p className={classes.note}>{t("noneAsked")}</p>;
  return (
    <div>
      <table className={classes.table} aria-label={t("own")}>
        <thead>
          <tr>
            <th>{kind === "line" ? t("line") : limits("limit")}</th>
            {kind !== "line" && <th data-right>{t("wanted")}</th>}
            <th>{t("state")}</th>
            <th className={classes.wide}>{t("answer")}</th>
            <th data-right className={classes.wide}>
              {t("asked")}
            </th>
          </tr>
        </thead>
        <tbody>
          {requests.map((request) => (
            <tr key={request.id}>
              <td>
                <Asked request={request} />
              </td>
              {kind !== "line" && (
                <td data-right>{request.wanted === null ? "–" : groupDigits(String(request.wanted))}</td>
              )}
              <td>
                <RequestState state={request.state} />
                <Withdraw request={request} />
              </td>
              <td className={classes.wide}>
                <Outcome request={request} />
              </td>
              <td data-right className={classes.wide}>
                <Ago at={request.createdAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {pages.hasNextPage && (
        <Button variant="subtle" size="compact-sm" onClick={() => void pages.fetchNextPage()}>
          {t("older")}
        </Button>
      )}
    </div>
  );
}

function Asked({ request: { line, model, metric } }: { request: LimitRequest }) {
  const t = useTranslations("limitRequests");
  const limits = useTranslations("limits");
  if (metric === null)
    return (
      <>
        {line?.name} <span className={classes.dim}>{model ?? t("allModelsOfLine")}</span>
      </>
    );
  return (
    <>
      {model ?? limits("allModels")} <span className={classes.dim}>{limits(`metrics.${metric}`)}</span>
    </>
  );
}

function Outcome({ request: { kind, state, granted, grantedUntil, answer } }: { request: LimitRequest }) {
  const t = useTranslations("limitRequests");
  return (
    <>
      {kind === "line" && state === "granted" && (
        <span>
          {t("activated")} {grantedUntil === null ? t("forGood") : <Ago at={grantedUntil} />}
        </span>
      )}
      {granted !== null && (
        <span>
          {t("grantedValue", { value: groupDigits(String(granted)) })}{" "}
          {grantedUntil === null ? t("forGood") : <Ago at={grantedUntil} />}
        </span>
      )}
      {answer !== "" && <p className={classes.reason}>{answer}</p>}
    </>
  );
}

function Withdraw({ request }: { request: LimitRequest }) {
  const t = useTranslations("limitRequests");
  const mayAsk = useCan("limitRequests.write");
  const withdraw = useApiMutation<null, LimitRequest>({
    send: () => ({ method: "POST", path: `/api/limit-requests/${request.id}/withdraw` }),
    invalidates: ["/api/limit-requests"],
  });
  if (request.state !== "waiting" || request.kind === "reduce" || !mayAsk) return null;
  return (
    <Button
      variant="subtle"
      size="compact-xs"
      loading={withdraw.isPending}
      onClick={() =>
        withdraw.mutate(null, { onError: ({ message }) => notifications.show({ color: "red", message }) })
      }
    >
      {t("withdraw")}
    </Button>
  );
}
