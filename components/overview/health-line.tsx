"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { Overview } from "#lib/metrics/schema";
import { moneyText } from "../common/format-money.ts";
import { StateBadge, type Tone } from "../common/state-badge.tsx";
import classes from "./overview.module.css";

/** The first line: what is wrong now, alerts first, each a link to where it can be mended; or that nothing is. */
export function HealthLine({ overview }: { overview: Overview }) {
  const t = useTranslations("overview.health");
  const alertText = useAlertText();
  const troubles = troublesOf(overview);
  if (troubles.length === 0 && overview.alerts.length === 0) {
    return (
      <p className={classes.health}>
        <StateBadge tone="ok">{t("fine")}</StateBadge>
      </p>
    );
  }
  return (
    <ul className={classes.health} aria-label={t("label")}>
      {overview.alerts.map(({ id, kind, severity, href, data }) => (
        <li key={id}>
          <Link href={href}>
            <StateBadge tone={severity === "error" ? "bad" : "warn"}>{alertText(kind, data)}</StateBadge>
          </Link>
        </li>
      ))}
      {troubles.map(({ name, tone, href, count }) => (
        <li key={name}>
          <Link href={href}>
            <StateBadge tone={tone}>{t(name, { count })}</StateBadge>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** An alert as a sentence: amounts as money, a part by the name that the nodes page gives it. */
function useAlertText() {
  const t = useTranslations("alerts.kinds");
  const names = useTranslations("nodes.partNames");
  return (kind: Alert["kind"], data: Alert["data"]) => {
    const shown = Object.entries(data).map(([name, value]) => {
      if (name === "amount" || name === "cost") return [name, moneyText(String(value))];
      const isKnownPart = name === "part" && names.has(value as "flusher");
      return [name, isKnownPart ? names(value as "flusher") : value];
    });
    return t(kind, Object.fromEntries(shown));
  };
}

type Alert = Overview["alerts"][number];

type Trouble = {
  name: "noChannels" | "incidents" | "out" | "errors" | "disabled" | "debt";
  tone: Tone;
  href: string;
  count: number;
};

function troublesOf({ channels, errorsLastHour, accountsInDebt, openIncidents }: Overview): Trouble[] {
  const share = Math.round(errorsLastHour.share * 1000) / 10;
  const all: (Trouble | false)[] = [
    channels.active === 0 && { name: "noChannels", tone: "bad", href: "/channels", count: 0 },
    openIncidents > 0 && {
      name: "incidents",
      tone: "bad",
      href: "/incidents?state=open",
      count: openIncidents,
    },
    channels.out > 0 && {
      name: "out",
      tone: channels.out === channels.active ? "bad" : "warn",
      href: "/channels?health=out",
      count: channels.out,
    },
    errorsLastHour.share >= 0.05 && {
      name: "errors",
      tone: share >= 20 ? "bad" : "warn",
      href: "/logs?range=1h&status=5xx",
      count: share,
    },
    channels.active > 0 &&
      channels.disabled > 0 && {
        name: "disabled",
        tone: "idle",
        href: "/channels?status=disabled",
        count: channels.disabled,
      },
    accountsInDebt > 0 && { name: "debt", tone: "warn", href: "/accounts", count: accountsInDebt },
  ];
  return all.filter((trouble) => trouble !== false);
}
