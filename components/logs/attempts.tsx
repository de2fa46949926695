"use client";

import { useTranslations } from "next-intl";
import type { LogAttempt } from "#lib/logs/schema";
import { StateBadge } from "../common/state-badge.tsx";
import { Duration } from "./duration.tsx";
import classes from "./logs.module.css";

/** The tries on channels, drawn over the request's time: where it went on to another channel, and why. */
export function Attempts({ attempts, latencyMs }: { attempts: readonly LogAttempt[]; latencyMs: number }) {
  const t = useTranslations("logs");
  if (attempts.length === 0) return <p className={classes.note}>{t("noAttempts")}</p>;
  const totalMs = Math.max(latencyMs, 1, ...attempts.map(({ startMs, durationMs }) => startMs + durationMs));
  const percent = (ms: number) => `${Math.min(100, (ms / totalMs) * 100)}%`;
  return (
    <ol className={classes.attempts}>
      {attempts.map((attempt) => (
        <li key={`${attempt.channelId}-${attempt.startMs}`} className={classes.attempt}>
          <span className={classes.attemptName}>
            {attempt.channelName ?? attempt.channelId ?? "–"}
            <AttemptResult attempt={attempt} />
          </span>
          <Duration ms={attempt.durationMs} />
          <span className={classes.track} data-failed={attempt.errorClass !== null || undefined}>
            <span style={{ left: percent(attempt.startMs), width: percent(attempt.durationMs) }} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function AttemptResult({ attempt: { status, errorClass } }: { attempt: LogAttempt }) {
  const t = useTranslations("logs");
  const text = [status ?? (errorClass === null ? t("answered") : t("noAnswer")), errorClass].filter(
    (part) => part !== null,
  );
  return <StateBadge tone={errorClass === null ? "ok" : "bad"}>{text.join(" · ")}</StateBadge>;
}
