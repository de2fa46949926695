"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { LogAttempt } from "#lib/logs/schema";
import { durationText } from "../common/duration.ts";
import { useFaultWord } from "../common/fault-word.ts";
import { StateBadge } from "../common/state-badge.tsx";
import classes from "./attempts.module.css";
import { Duration } from "./duration.tsx";
import noteClasses from "./logs.module.css";

type Props = { attempts: readonly LogAttempt[]; latencyMs: number };

/** The tries on channels over the request's time: which channel and why it, what came of it, how long it took. */
export function Attempts({ attempts, latencyMs }: Props) {
  const t = useTranslations("logs");
  if (attempts.length === 0) return <p className={noteClasses.note}>{t("noAttempts")}</p>;
  const totalMs = Math.max(latencyMs, 1, ...attempts.map(({ startMs, durationMs }) => startMs + durationMs));
  return (
    <div className={classes.waterfall}>
      <ol className={classes.attempts}>
        {attempts.map((attempt, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: attempts of a finished call neither move nor change
          <Attempt key={index} attempt={attempt} totalMs={totalMs} />
        ))}
      </ol>
      <div className={classes.axis} aria-hidden>
        <span>0</span>
        <span>{durationText(totalMs / 2)}</span>
        <span>{durationText(totalMs)}</span>
      </div>
    </div>
  );
}

function Attempt({ attempt, totalMs }: { attempt: LogAttempt; totalMs: number }) {
  const t = useTranslations("logs");
  const { channelId, channelName, credential, durationMs, startMs, errorClass } = attempt;
  const percent = (ms: number) => `${Math.min(100, (ms / totalMs) * 100)}%`;
  const name = channelName ?? channelId ?? "–";
  return (
    <li className={classes.attempt}>
      <span className={classes.name}>
        {channelId === null ? name : <Link href={`/channels/${channelId}`}>{name}</Link>}
        {credential !== null && credential > 0 && (
          <span className={classes.dim}>{t("credentialNumber", { number: credential + 1 })}</span>
        )}
        <AttemptResult attempt={attempt} />
      </span>
      <Duration ms={durationMs} />
      <span className={classes.track} data-failed={errorClass !== null || undefined}>
        <span style={{ left: percent(startMs), width: percent(durationMs) }} />
      </span>
      <Why attempt={attempt} />
    </li>
  );
}

function AttemptResult({ attempt: { status, errorClass } }: { attempt: LogAttempt }) {
  const t = useTranslations("logs");
  const wordOf = useFaultWord();
  if (errorClass === null) return <StateBadge tone="ok">{status ?? t("answered")}</StateBadge>;
  const parts = [status ?? t("noAnswer"), wordOf(errorClass)];
  return <StateBadge tone="bad">{parts.join(" · ")}</StateBadge>;
}

/** Why this channel, and which better ones could not be taken. */
function Why({ attempt: { reason, passedOver } }: { attempt: LogAttempt }) {
  const t = useTranslations("logs");
  const wordOf = useFaultWord();
  if (reason === null && passedOver.length === 0) return null;
  const why =
    reason !== null && t.has(`why.${reason}` as "why.only") ? t(`why.${reason}` as "why.only") : reason;
  const list = passedOver.map(({ channelId, channelName, why: word }) =>
    t("passedOne", { name: channelName ?? channelId, why: wordOf(word) }),
  );
  const sentences = [why, list.length === 0 ? null : t("passedOver", { list: list.join(", ") })];
  return <span className={classes.why}>{sentences.filter((part) => part !== null).join(". ")}</span>;
}
