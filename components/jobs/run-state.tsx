"use client";

import { useTranslations } from "next-intl";
import type { JobRunAnswer } from "#lib/jobs/schema";
import { StateBadge, type Tone } from "../common/state-badge.tsx";

const tones: Record<JobRunAnswer["state"], Tone> = {
  queued: "idle",
  running: "idle",
  done: "ok",
  failed: "bad",
};

/** How a run of a job went; none: it has not run yet. */
export function RunState({ run }: { run: JobRunAnswer | null }) {
  const t = useTranslations("jobs");
  if (run === null) return <StateBadge tone="idle">{t("never")}</StateBadge>;
  return <StateBadge tone={tones[run.state]}>{t(`states.${run.state}`)}</StateBadge>;
}

/** What a run tells: its error, or its figures as in "deleted 12 · tokensForgotten 3". */
export function RunResult({ run }: { run: JobRunAnswer }) {
  return resultText(run);
}

export function resultText(run: JobRunAnswer): string {
  if (run.error !== null) return run.error;
  return Object.entries(run.result)
    .map(([name, value]) => `${wordsOf(name)} ${value}`)
    .join(" · ");
}

/** tokensForgotten → tokens forgotten */
function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
