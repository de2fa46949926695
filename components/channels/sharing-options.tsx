"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { settingsQuery } from "#lib/api/queries";
import { StateBadge } from "../common/state-badge.tsx";
import classes from "./channels.module.css";

const options = [
  ["sticky", "routing.sticky"],
  ["latencyAware", "routing.latencyAware"],
  ["costAware", "routing.costAware"],
] as const;

/** How calls are shared among channels of one priority: the same for all channels, so set in one place. */
export function SharingOptions() {
  const t = useTranslations("channels");
  const words = useTranslations("settings");
  const { data } = useQuery({ ...settingsQuery(), staleTime: 60_000 });
  return (
    <div className={classes.sharing}>
      <p className={classes.help}>
        {t("sharing")} <Link href="/settings">{t("sharingLink")}</Link>
      </p>
      {data !== undefined && (
        <ul>
          {options.map(([name, setting]) => (
            <li key={name}>
              <span>{words(name)}</span>
              <StateBadge tone={data[setting] ? "ok" : "idle"} plain>
                {data[setting] ? t("on") : t("off")}
              </StateBadge>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
