"use client";

import { useQueries } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { accountQuery } from "#lib/api/queries";
import type { Channel } from "#lib/channels/schema";
import { defaultTimeouts } from "#lib/gateway/timeouts";
import { Ago } from "../common/ago.tsx";
import { durationText } from "../common/duration.ts";
import { type Fact, Facts, SheetSection } from "../common/facts.tsx";
import { groupDigits } from "../common/format-money.ts";
import { Id } from "../common/id.tsx";
import { type Modality, type TimeoutName, timeoutNames } from "./channel-form-values.ts";
import classes from "./channels.module.css";
import { SharingOptions } from "./sharing-options.tsx";

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
        <SharingOptions />
      </SheetSection>
      <SheetSection title={t("timeLimits")}>
        <TimeLimits channel={channel} />
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
    { name: t("priority"), value: priority },
    { name: t("weight"), value: weight },
    { name: t("groups"), value: groups.length === 0 ? t("allGroups") : groups.join(", ") },
    { name: t("accounts"), value: accounts.length === 0 ? t("allAccounts") : <Accounts ids={accounts} /> },
    { name: t("capConcurrency"), value: cap(caps.concurrency) },
    { name: t("capRpm"), value: cap(caps.rpm) },
  ];
}

/** The accounts that it is dedicated to, by name. */
function Accounts({ ids }: { ids: readonly string[] }) {
  const named = useQueries({ queries: ids.map((id) => ({ ...accountQuery(id), staleTime: 60_000 })) });
  return (
    <ul className={classes.names}>
      {ids.map((id, at) => (
        <li key={id}>
          <Link href={`/accounts/${id}`}>{named[at]?.data?.name ?? id}</Link>
        </li>
      ))}
    </ul>
  );
}

type Limits = Partial<Record<TimeoutName, number | undefined>>;

/** The limits that hold, and after them those of kinds of models for which others do. */
function TimeLimits({ channel: { timeouts } }: { channel: Channel }) {
  const t = useTranslations("channels");
  const { modalities = {}, ...own } = timeouts;
  const kinds = (Object.keys(modalities) as Modality[]).filter((kind) => modalities[kind] !== undefined);
  return (
    <>
      <Facts facts={useTimeFacts(own, defaultTimeouts)} />
      {kinds.map((kind) => (
        <section key={kind} className={classes.kind}>
          <h3>{t("timeoutsFor", { kind: t(`modalities.${kind}`) })}</h3>
          <KindLimits limits={modalities[kind] ?? {}} />
        </section>
      ))}
      <p className={classes.help}>{t("kindDefaults")}</p>
    </>
  );
}

function KindLimits({ limits }: { limits: Limits }) {
  const given = timeoutNames.filter((name) => limits[name] !== undefined);
  return (
    <Facts
      facts={useTimeFacts(limits, {}).filter((_, at) => given.includes(timeoutNames[at] ?? "totalMs"))}
    />
  );
}

function useTimeFacts(limits: Limits, defaults: Limits): Fact[] {
  const t = useTranslations("channels");
  return timeoutNames.map((name) => {
    const own = limits[name];
    return {
      name: t(`timeouts.${name}`),
      value:
        own === undefined ? (
          <span className={classes.dim}>{t("defaultIs", { value: durationText(defaults[name] ?? 0) })}</span>
        ) : (
          durationText(own)
        ),
    };
  });
}
