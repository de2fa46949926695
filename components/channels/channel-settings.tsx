"use client";

import { useTranslations } from "next-intl";
import type { Channel } from "#lib/channels/schema";
import { defaultTimeouts } from "#lib/gateway/timeouts";
import { Ago } from "../common/ago.tsx";
import { durationText } from "../common/duration.ts";
import { type Fact, Facts, SheetSection } from "../common/facts.tsx";
import { groupDigits } from "../common/format-money.ts";
import { Id } from "../common/id.tsx";
import { timeoutNames } from "./channel-form-values.ts";
import classes from "./channels.module.css";

/** What was configured: where it goes, who may use it, how it is chosen, how long it is waited for. */
export function ChannelSettings({ channel }: { channel: Channel }) {
  const t = useTranslations("channels");
  return (
    <div className={classes.settings}>
      <SheetSection title={t("upstream")}>
        <Facts facts={useUpstreamFacts(channel)} />
      </SheetSection>
      <SheetSection title={t("routing")}>
        <Facts facts={useRoutingFacts(channel)} />
      </SheetSection>
      <SheetSection title={t("timeLimits")}>
        <Facts facts={useTimeFacts(channel)} />
      </SheetSection>
    </div>
  );
}

function useUpstreamFacts(channel: Channel): Fact[] {
  const t = useTranslations("channels");
  return [
    { name: t("provider"), value: t(`providers.${channel.provider}`) },
    { name: t("baseUrl"), value: channel.baseUrl === "" ? "–" : <code>{channel.baseUrl}</code> },
    { name: t("credentials"), value: t("storedCount", { count: channel.credentials.length }) },
    { name: t("costMultiplier"), value: `× ${channel.costMultiplier}` },
    { name: t("injectUsage"), value: channel.injectUsage ? t("yes") : t("no") },
    { name: t("created"), value: <Ago at={channel.createdAt} /> },
    { name: t("changed"), value: <Ago at={channel.updatedAt} /> },
    { name: t("id"), value: <Id value={channel.id} full /> },
  ];
}

function useRoutingFacts({ groups, accounts, priority, weight, caps }: Channel): Fact[] {
  const t = useTranslations("channels");
  const cap = (value: number | undefined) => (value === undefined ? t("noCap") : groupDigits(String(value)));
  return [
    { name: t("groups"), value: groups.length === 0 ? t("allGroups") : groups.join(", ") },
    {
      name: t("accounts"),
      value: accounts.length === 0 ? t("allAccounts") : accounts.map((id) => <Id key={id} value={id} />),
    },
    { name: t("priority"), value: priority },
    { name: t("weight"), value: weight },
    { name: t("capConcurrency"), value: cap(caps.concurrency) },
    { name: t("capRpm"), value: cap(caps.rpm) },
  ];
}

function useTimeFacts({ timeouts }: Channel): Fact[] {
  const t = useTranslations("channels");
  return timeoutNames.map((name) => {
    const own = timeouts[name];
    return {
      name: t(`timeouts.${name}`),
      value:
        own === undefined ? (
          <span className={classes.dim}>
            {t("defaultIs", { value: durationText(defaultTimeouts[name]) })}
          </span>
        ) : (
          durationText(own)
        ),
    };
  });
}
