"use client";

import { useQuery } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { incidentQuery, keyPatternQuery } from "#lib/api/queries";
import type { KeyPattern } from "#lib/detection/schema";
import { ErrorState } from "../common/error-state.tsx";
import { Facts } from "../common/facts.tsx";
import { Money } from "../common/money.tsx";
import classes from "./usual-pattern.module.css";

const mostNamed = 4;
const mostNetworks = 8;

/** How a key is usually used, as detection has learnt it: what an unusual call is measured against. */
export function UsualPattern({ keyId }: { keyId: string }) {
  const t = useTranslations("logs.pattern");
  const { data: pattern } = useQuery(keyPatternQuery(keyId));
  if (pattern === undefined) return <div className={classes.wait} aria-busy="true" />;
  if (pattern.learning.since === null) return null;
  return (
    <div className={classes.pattern}>
      <h3>{t("title")}</h3>
      <Learnt pattern={pattern} />
    </div>
  );
}

/** The usual pattern of an incident's key with its networks by name, to hold the evidence against. */
export function UsualPatternOfIncident({ id }: { id: string }) {
  const t = useTranslations("logs.pattern");
  const { data: incident } = useQuery(incidentQuery(id));
  const isThere = incident !== undefined && incident.keyStatus !== "deleted";
  const { data, error, refetch } = useQuery({
    ...keyPatternQuery(incident?.keyId ?? ""),
    enabled: isThere,
  });
  if (isThere && data === undefined) {
    if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <div className={classes.wait} aria-busy="true" />;
  }
  if (data === undefined || data.learning.since === null) return <p className={classes.note}>{t("none")}</p>;
  return <Learnt pattern={data} namesNetworks />;
}

function Learnt({ pattern, namesNetworks = false }: { pattern: KeyPattern; namesNetworks?: boolean }) {
  const t = useTranslations("logs.pattern");
  const { learning } = pattern;
  return (
    <>
      {!learning.isOver && (
        <p className={classes.note}>
          {t("learning", {
            requests: Math.min(learning.requests, learning.minRequests),
            minRequests: learning.minRequests,
            minHours: learning.minHours,
          })}
        </p>
      )}
      <div className={classes.columns}>
        <Hours hours={pattern.hours} />
        <PatternFacts pattern={pattern} namesNetworks={namesNetworks} />
      </div>
      {pattern.networks.some(({ carrier }) => carrier !== null) && (
        <p className={classes.note}>
          {t.rich("source", {
            dbip: (words) => <Source href="https://db-ip.com">{words}</Source>,
            routeviews: (words) => <Source href="https://www.routeviews.org">{words}</Source>,
          })}
        </p>
      )}
    </>
  );
}

function Source({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} rel="noreferrer" target="_blank">
      {children}
    </a>
  );
}

function PatternFacts({ pattern, namesNetworks }: { pattern: KeyPattern; namesNetworks: boolean }) {
  const { clients, models, countries, networks, perActiveHour, pace } = pattern;
  const t = useTranslations("logs.pattern");
  const locale = useLocale();
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  const names = new Intl.DisplayNames([locale], { type: "region", fallback: "code" });
  const named = (items: readonly (readonly [string, number])[]) =>
    items
      .slice(0, mostNamed)
      .map(([name, share]) => `${name} ${percent.format(share)}`)
      .join(" · ") || t("unknown");
  const familiar = networks.filter(({ state }) => state === "familiar" || state === "trusted");
  const facts = [
    {
      name: t("networks"),
      value: (
        <>
          {t("networksOf", { count: familiar.length, atOnce: perActiveHour.networks })}
          {namesNetworks && <Networks networks={familiar} />}
        </>
      ),
    },
    {
      name: t("countries"),
      value: named(countries.map(({ country, share }) => [names.of(country) ?? country, share])),
    },
    { name: t("clients"), value: named(clients.map(({ client, share }) => [client, share])) },
    { name: t("models"), value: named(models.map(({ model, share }) => [model, share])) },
    {
      name: t("pace"),
      value: (
        <>
          {t("paceOf", { requests: pace.requests })} · <Money value={pace.spend} rounded />
        </>
      ),
    },
  ];
  return <Facts facts={facts} />;
}

/** The most used networks, and whose they are. */
function Networks({ networks }: { networks: KeyPattern["networks"] }) {
  const t = useTranslations("logs.pattern");
  const locale = useLocale();
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  if (networks.length === 0) return null;
  return (
    <ul className={classes.networks}>
      {networks.slice(0, mostNetworks).map(({ network, carrier, country, share }) => (
        <li key={network}>
          <code>{network}</code> {percent.format(share)}
          {carrier !== null && (
            <span className={classes.whose}>{[carrier, country].filter(Boolean).join(", ")}</span>
          )}
        </li>
      ))}
      {networks.length > mostNetworks && (
        <li>{t("moreNetworks", { count: networks.length - mostNetworks })}</li>
      )}
    </ul>
  );
}

/** A bar per hour of the day; the tallest is the busiest hour. */
function Hours({ hours }: { hours: readonly number[] }) {
  const t = useTranslations("logs.pattern");
  const most = Math.max(...hours, 0.0001);
  const busiest = hours.indexOf(Math.max(...hours));
  return (
    <figure className={classes.hours}>
      <div role="img" aria-label={t("hoursLabel", { hour: busiest })}>
        {hours.map((share, hour) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its place
          <i key={hour} title={t("hour", { hour, share: Math.round(share * 100) })}>
            <span style={{ height: `${Math.round((share / most) * 100)}%` }} />
          </i>
        ))}
      </div>
      <figcaption>
        <span>0</span>
        <span>6</span>
        <span>12</span>
        <span>18</span>
        <span>{t("utc")}</span>
      </figcaption>
    </figure>
  );
}
