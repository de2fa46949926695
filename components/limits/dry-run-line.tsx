"use client";

import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { type ApiProblem, apiSend } from "#lib/api/client";
import type { DryRun, DryRunBody } from "#lib/limits/report-schema";
import { groupDigits } from "../common/format-money.ts";
import { StateBadge } from "../common/state-badge.tsx";
import classes from "./limits.module.css";

/** What a limit would have refused of the last 24 h, asked for with a button, or at once. */
export function DryRunLine({ limit, atOnce = false }: { limit: DryRunBody; atOnce?: boolean }) {
  const t = useTranslations("limits.dryRun");
  const run = useMutation<DryRun, ApiProblem, DryRunBody>({
    mutationFn: (body) => apiSend<DryRun>({ method: "POST", path: "/api/limits/dry-run", body }),
  });
  const { mutate } = run;
  // biome-ignore lint/correctness/useExhaustiveDependencies: one run for one line; another limit is another line
  useEffect(() => {
    if (atOnce) mutate(limit);
  }, [atOnce, mutate]);
  if (run.data !== undefined) return <DryRunResult result={run.data} />;
  if (run.error !== null) {
    return (
      <p className={classes.dryRun} role="alert">
        {run.error.message}
      </p>
    );
  }
  return (
    <Button variant="default" size="compact-sm" loading={run.isPending} onClick={() => run.mutate(limit)}>
      {t("try")}
    </Button>
  );
}

function DryRunResult({ result }: { result: DryRun }) {
  const t = useTranslations("limits.dryRun");
  const { calls, wouldRefuse, refusedThen, accounts, accountCount, isPartial, from, to } = result;
  const [refused, all] = [groupDigits(String(wouldRefuse)), groupDigits(String(calls))];
  return (
    <div className={classes.dryRun} role="status">
      <StateBadge tone={wouldRefuse === 0 ? "ok" : "warn"}>
        {calls === 0 ? t("noCalls") : t("result", { refused, calls: all })}
      </StateBadge>
      {refusedThen > 0 && (
        <span className={classes.dim}>{t("then", { count: groupDigits(String(refusedThen)) })}</span>
      )}
      {isPartial && (
        <span className={classes.dim} suppressHydrationWarning>
          {t("partial", { from: timeText(from), to: timeText(to) })}
        </span>
      )}
      {accounts.length > 0 && (
        <ul>
          {accounts.map((account) => (
            <li key={account.accountId}>
              <Link href={`/accounts/${account.accountId}?tab=limits`}>
                {account.name ?? account.accountId}
              </Link>{" "}
              <span className={classes.dim}>
                {t("ofCalls", {
                  refused: groupDigits(String(account.wouldRefuse)),
                  calls: groupDigits(String(account.calls)),
                })}
              </span>
            </li>
          ))}
          {accountCount > accounts.length && (
            <li className={classes.dim}>{t("more", { count: accountCount - accounts.length })}</li>
          )}
        </ul>
      )}
    </div>
  );
}

function timeText(at: string): string {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
