"use client";

import { Button } from "@mantine/core";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { LimitUsage } from "#lib/limits/usage-schema";
import { SheetSection } from "../common/facts.tsx";
import { useCan, useMe } from "../shell/me.tsx";
import { HistoryChart } from "./history-chart.tsx";
import { OwnRequests } from "./own-requests.tsx";
import { UsageTable } from "./usage-table.tsx";

const AskForm = dynamic(() => import("./ask-form.tsx").then((module) => module.AskForm), { ssr: false });

/** An account's limits: what is used now, the day's minutes of the one that is chosen, and what was asked for. */
export function AccountLimits({ accountId }: { accountId: string }) {
  const t = useTranslations("limits");
  const requests = useTranslations("limitRequests");
  const { role } = useMe();
  const mayWrite = useCan("limitRequests.write");
  // Operators set a limit where customers have to ask.
  const mayAsk = role === "customer" && mayWrite;
  const [chosen, setChosen] = useState<LimitUsage | null>(null);
  const [asked, setAsked] = useState<LimitUsage | null>(null);
  const ask = (usage: LimitUsage) =>
    usage.scope === "key" || usage.scope === "channel" ? null : (
      <Button variant="default" size="compact-sm" onClick={() => setAsked(usage)}>
        {requests("ask")}
      </Button>
    );
  return (
    <>
      <SheetSection title={t("now")}>
        <UsageTable
          of={{ accountId }}
          onChoose={setChosen}
          chosen={chosen}
          {...(mayAsk ? { action: ask } : {})}
        />
      </SheetSection>
      {chosen !== null && (
        <SheetSection title={`${chosen.model ?? t("allModels")} · ${t(`metricHelp.${chosen.metric}`)}`}>
          <HistoryChart
            key={`${chosen.model} ${chosen.metric}`}
            accountId={accountId}
            model={chosen.model}
            metric={chosen.metric}
          />
        </SheetSection>
      )}
      <SheetSection title={requests("own")}>
        <OwnRequests accountId={accountId} />
      </SheetSection>
      {asked !== null && <AskForm accountId={accountId} limit={asked} onClose={() => setAsked(null)} />}
    </>
  );
}
