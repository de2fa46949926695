"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { LogFilterKey } from "#lib/logs/filter-keys";
import type { LogDetail } from "#lib/logs/schema";
import { Count } from "../common/count.tsx";
import { Facts } from "../common/facts.tsx";
import { Id } from "../common/id.tsx";
import { Moments } from "../common/moments.tsx";
import { Money } from "../common/money.tsx";
import { useCan } from "../shell/me.tsx";
import { Duration } from "./duration.tsx";
import { FilterCell } from "./filter-cell.tsx";
import classes from "./logs.module.css";
import { tokensPerSecond } from "./tokens-per-second.ts";

const tokenKinds = [
  "promptTokens",
  "cacheReadTokens",
  "cacheWriteTokens5m",
  "cacheWriteTokens1h",
  "imageInputTokens",
  "audioInputTokens",
  "completionTokens",
  "reasoningTokens",
  "imageOutputTokens",
  "audioOutputTokens",
  "images",
  "seconds",
  "characters",
] as const;

/** Tokens by kind: prompt and completion always, the others where there were any, and where the figures are from. */
export function LogTokens({ log }: { log: LogDetail }) {
  const t = useTranslations("logs");
  const kinds = tokenKinds.filter(
    (kind) => log[kind] > 0 || kind === "promptTokens" || kind === "completionTokens",
  );
  return (
    <Facts
      facts={[
        ...kinds.map((kind) => ({ name: t(`tokenKinds.${kind}`), value: <Count value={log[kind]} /> })),
        ...(log.imageKind === null ? [] : [{ name: t("imageKind"), value: log.imageKind }]),
        { name: t("usageSource"), value: t(`usageSources.${log.usageSource}`) },
      ]}
    />
  );
}

export function LogTimes({ log }: { log: LogDetail }) {
  const t = useTranslations("logs");
  const speed = tokensPerSecond(log);
  return (
    <>
      <Moments at={log.createdAt} />
      <Facts
        facts={[
          {
            name: t("firstToken"),
            value: log.firstTokenMs === null ? "–" : <Duration ms={log.firstTokenMs} />,
          },
          { name: t("latency"), value: <Duration ms={log.latencyMs} /> },
          ...(speed === null ? [] : [{ name: t("speed"), value: t("tokensPerSecond", { speed }) }]),
          {
            name: t("gatewayAdded"),
            value: log.gatewayUs === null ? "–" : `${(log.gatewayUs / 1000).toFixed(2)} ms`,
          },
        ]}
      />
    </>
  );
}

/** Who called, what, and through which channel; each leads to itself and to the rows that share it. */
export function LogFacts({ log }: { log: LogDetail }) {
  const t = useTranslations("logs");
  const maySeeChannels = useCan("channels.read");
  const value = (name: LogFilterKey, by: string | null, shown: ReactNode) => (
    <FilterCell name={name} value={by} isShown>
      {shown}
    </FilterCell>
  );
  const channel = {
    name: t("channel"),
    value: value(
      "channelId",
      log.channelId,
      <To href={log.channelId && `/channels?row=${log.channelId}`}>{log.channelName}</To>,
    ),
  };
  const key = <To href={log.keyId && `/keys/${log.keyId}`}>{log.keyName ?? log.keyPrefix}</To>;
  return (
    <Facts
      facts={[
        {
          name: t("account"),
          value: value(
            "accountId",
            log.accountId,
            <To href={log.accountId && `/accounts/${log.accountId}`}>{log.accountName}</To>,
          ),
        },
        {
          name: t("key"),
          value: log.keyId === null ? value("keyPrefix", log.keyPrefix, key) : value("keyId", log.keyId, key),
        },
        {
          name: t("ip"),
          value: value(
            "ip",
            log.ip,
            <To href={log.ip && `/by-ip?row=${encodeURIComponent(log.ip)}`}>{log.ip}</To>,
          ),
        },
        { name: t("model"), value: value("model", log.model, modelText(log)) },
        ...(maySeeChannels ? [channel] : []),
        { name: t("group"), value: value("group", log.group, log.group ?? "–") },
        { name: t("endpoint"), value: <code>{`${log.endpoint} · ${log.protocol}`}</code> },
        { name: t("streamed"), value: log.stream ? t("filters.yes") : t("filters.no") },
        { name: t("userAgent"), value: value("userAgent", log.userAgent, log.userAgent ?? "–") },
        { name: t("hold"), value: <Money value={log.hold} /> },
        { name: t("requestId"), value: value("requestId", log.requestId, <Id value={log.requestId} full />) },
        ...(log.parentId === null
          ? []
          : [
              {
                name: t("parentId"),
                value: value("requestId", log.parentId, <Id value={log.parentId} full />),
              },
            ]),
      ]}
    />
  );
}

function To({ href, children }: { href: string | null; children: ReactNode }) {
  if (children === null || children === undefined) return "–";
  return href ? (
    <Link href={href} className={classes.link}>
      {children}
    </Link>
  ) : (
    children
  );
}

function modelText({ model, upstreamModel }: LogDetail): string {
  if (model === null) return "–";
  // Customers are not told what upstream calls it.
  return !upstreamModel || upstreamModel === model ? model : `${model} → ${upstreamModel}`;
}
