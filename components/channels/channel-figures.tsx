"use client";

import { useTranslations } from "next-intl";
import type { ChannelHealthAnswer } from "#lib/channels/health-schema";
import { Ago } from "../common/ago.tsx";
import { Count } from "../common/count.tsx";
import { useFaultWord } from "../common/fault-word.ts";
import { FigureList, type ListedFigure } from "../common/figure-list.tsx";
import { Money } from "../common/money.tsx";
import classes from "./channels.module.css";
import { NextTry } from "./next-try.tsx";
import { Milliseconds, SuccessRate } from "./rate.tsx";

type Props = { channelId: string; health: ChannelHealthAnswer };

/** What an operator asks first: does it work, how fast, what does it bring in; each leads to its calls. */
export function ChannelFigures({ channelId, health }: Props) {
  const t = useTranslations("channels");
  const logs = `/logs?channelId=${encodeURIComponent(channelId)}`;
  const figures: ListedFigure[] = [
    { name: t("inFlight"), value: <Count value={health.inFlight} />, href: `${logs}&range=15m` },
    {
      name: t("successQuarter"),
      value: <SuccessRate rate={health.successRate} />,
      href: `${logs}&range=15m`,
    },
    {
      name: t("firstToken"),
      value: (
        <>
          <Milliseconds ms={health.firstTokenP50Ms} />
          <span className={classes.dim}>
            {" "}
            / <Milliseconds ms={health.firstTokenP95Ms} />
          </span>
        </>
      ),
      href: `${logs}&range=15m`,
    },
    { name: t("spendDay"), value: <Money value={health.money.spend} />, href: `${logs}&range=24h` },
    { name: t("costDay"), value: <Money value={health.money.officialCost} />, href: `${logs}&range=24h` },
    { name: t("marginDay"), value: <Money value={health.money.margin} strong />, href: `${logs}&range=24h` },
  ];
  return (
    <div className={classes.figures}>
      <FigureList figures={figures} />
      <Trouble health={health} />
    </div>
  );
}

/** Which part is not well and why, since when, and when it is tried again. */
function Trouble({ health }: { health: ChannelHealthAnswer }) {
  const t = useTranslations("channels");
  const wordOf = useFaultWord();
  const { reason, since, lastErrorClass, nextProbeAt } = health;
  if (reason === null) return null;
  const part = failingPart(health, t);
  return (
    <p className={classes.trouble} data-partly={health.state === "degraded" || undefined}>
      <strong>{[part, wordOf(reason)].filter((word) => word !== null).join(": ")}</strong>
      {since !== null && (
        <span>
          {t("since")} <Ago at={since} />
        </span>
      )}
      {lastErrorClass !== null && lastErrorClass !== reason && (
        <span>{t("lastErrorIs", { fault: wordOf(lastErrorClass) })}</span>
      )}
      {nextProbeAt !== null && (
        <span>
          {t("nextProbe")} <NextTry at={nextProbeAt} />
        </span>
      )}
    </p>
  );
}

type Words = ReturnType<typeof useTranslations<"channels">>;

/** The model or credential that the channel's own state speaks of; null: the channel as such. */
function failingPart({ since, channel, models, credentials }: ChannelHealthAnswer, t: Words): string | null {
  if (channel.state !== "closed") return null;
  const credential = credentials.find((one) => one.state !== "closed" && one.since === since);
  if (credential !== undefined) return t("credentialNumber", { number: credential.index + 1 });
  return models.find((one) => one.state !== "closed" && one.since === since)?.model ?? null;
}
