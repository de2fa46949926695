"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { LogDetail, LogPassedOver } from "#lib/logs/schema";
import { durationText } from "../common/duration.ts";
import { useFaultWord } from "../common/fault-word.ts";
import { StateBadge } from "../common/state-badge.tsx";
import classes from "./attempts.module.css";

/** Of a call that nobody answered: the channels that were not asked, why each could not be, and for how long. */
export function NotAsked({ log: { passedOver, attempts, createdAt } }: { log: LogDetail }) {
  const t = useTranslations("logs");
  if (passedOver === null || passedOver.length === 0) return null;
  return (
    <div className={classes.notAsked}>
      <p>{attempts.length === 0 ? t("whyNobody") : t("whyNobodyElse")}</p>
      <ul>
        {passedOver.map((one) => (
          <NotAskedChannel key={one.channelId} one={one} atMs={Date.parse(createdAt)} />
        ))}
      </ul>
    </div>
  );
}

/** What an operator decided is no trouble; what upstream did is. */
const decided = new Set(["disabled", "draining", "other_group", "other_account", "smaller_window"]);
const passing = new Set(["full", "cooling", "slow"]);

function NotAskedChannel({ one, atMs }: { one: LogPassedOver; atMs: number }) {
  const t = useTranslations("logs");
  const wordOf = useFaultWord();
  const { channelId, channelName, why, retryAt } = one;
  const waitMs = retryAt === null ? 0 : Date.parse(retryAt) - atMs;
  const tone = decided.has(why) ? "idle" : passing.has(why) ? "warn" : "bad";
  return (
    <li>
      <Link href={`/channels/${channelId}`}>{channelName ?? channelId}</Link>
      <StateBadge tone={tone}>{wordOf(why)}</StateBadge>
      {waitMs > 0 && (
        <span className={classes.dim}>{t("askedAgain", { duration: durationText(waitMs) })}</span>
      )}
    </li>
  );
}
