"use client";

import { useTranslations } from "next-intl";

type Posted = { kind: string; requests: number | null; reference: string; note?: string };

/** What a ledger entry was for: how many requests, or the order and note it names; customers are not told notes. */
export function LedgerPurpose({ entry: { kind, requests, reference, note } }: { entry: Posted }) {
  const t = useTranslations("ledger");
  if (kind === "usage" && requests !== null) return t("requests", { count: requests });
  return [reference, note].filter(Boolean).join(" · ") || "–";
}
