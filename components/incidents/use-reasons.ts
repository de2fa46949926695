import { useTranslations } from "next-intl";
import type { Incident } from "#lib/incidents/schema";

/** Signals in the reader's words; a kind of another release by its name. */
export function useReasons(): (signals: Incident["signals"]) => string[] {
  const t = useTranslations("incidents.signals");
  return (signals) =>
    signals.map(({ kind, figures }) =>
      t.has(kind as "leaked_secret")
        ? t(kind as "leaked_secret", figures as { source: string })
        : kind.replaceAll("_", " "),
    );
}

/** A score in words: how sure it makes one. */
export function levelOf(score: number): "low" | "medium" | "high" {
  if (score >= 80) return "high";
  return score >= 60 ? "medium" : "low";
}
