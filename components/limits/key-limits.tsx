"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { ModelSelect } from "./applied-panel.tsx";
import { AppliedTable } from "./applied-table.tsx";
import classes from "./limits.module.css";
import { UsageTable } from "./usage-table.tsx";

/** What a key's calls use of their limits now; for one model, which limits apply and why. */
export function KeyLimits({ keyId }: { keyId: string }) {
  const t = useTranslations("limits");
  const [model, setModel] = useState<string | null>(null);
  return (
    <div className={classes.chart}>
      <div className={classes.pick}>
        <ModelSelect value={model} onChange={setModel} />
      </div>
      {model === null ? (
        <>
          <UsageTable of={{ keyId }} />
          <p className={classes.note}>{t("keyHelp")}</p>
        </>
      ) : (
        <AppliedTable keyId={keyId} model={model} />
      )}
    </div>
  );
}
