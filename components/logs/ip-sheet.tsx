"use client";

import { Button, Skeleton } from "@mantine/core";
import { IconListDetails, IconNetwork } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { byIpReportQuery, ipDaysQuery } from "#lib/api/queries";
import type { IpReport } from "#lib/logs/by-ip-schema";
import { Ago } from "../common/ago.tsx";
import { Count } from "../common/count.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { Facts, SheetSection } from "../common/facts.tsx";
import { Id } from "../common/id.tsx";
import { Money } from "../common/money.tsx";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import classes from "./by-ip.module.css";
import { logsHref } from "./by-ip-params.ts";
import { ErrorShare } from "./error-share.tsx";
import { keyLines } from "./ip-keys.ts";
import { IpKeys } from "./ip-keys-list.tsx";
import { lastDays } from "./ip-strip-days.ts";
import { networkAround } from "./network-around.ts";

type Time = { range: string | null; from: string | null; to: string | null };
type Props = SheetSteps & {
  ip: string;
  /** What the list knows of it already. */
  known: IpReport | undefined;
  params: Time & { accountId: string | null; keyId: string | null };
};

/** One address or network beside the list: what came from it, and every key that was used there, to be stopped at once. */
export function IpSheet({ ip, known, params, ...sheet }: Props) {
  const t = useTranslations("byIp");
  const { range, from, to, accountId, keyId } = params;
  const isNetwork = ip.includes("/");
  return (
    <RowSheet label={ip} title={<Id value={ip} full />} {...sheet}>
      <div className={classes.actions}>
        <Button
          component={Link}
          href={logsHref(ip, { range, from, to }, { accountId, keyId })}
          variant="default"
          leftSection={<IconListDetails size={16} />}
        >
          {t("toRows")}
        </Button>
        {!isNetwork && (
          <Button
            component={Link}
            href={`/by-ip?by=network&row=${encodeURIComponent(networkAround(ip))}${range === null ? "" : `&range=${range}`}`}
            variant="default"
            leftSection={<IconNetwork size={16} />}
          >
            {t("itsNetwork")}
          </Button>
        )}
      </div>
      <Report ip={ip} known={known} isNetwork={isNetwork} />
      <SheetSection title={t("keysHere")}>
        <Keys ip={ip} isNetwork={isNetwork} />
      </SheetSection>
    </RowSheet>
  );
}

function Report({ ip, known, isNetwork }: { ip: string; known: IpReport | undefined; isNetwork: boolean }) {
  const t = useTranslations("byIp");
  // A link from elsewhere opens an address that the list's filters may leave out.
  const query = useQuery({ ...byIpReportQuery(ip), enabled: known === undefined });
  const report = known ?? query.data?.items[0];
  if (report === undefined) {
    if (query.data !== undefined) return <p className={classes.dim}>{t("nothingHere")}</p>;
    if (query.error !== null) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
    return <Skeleton height={180} />;
  }
  return (
    <Facts
      facts={[
        { name: t("lastSeen"), value: <Ago at={report.lastSeen} /> },
        { name: t("firstSeen"), value: <Ago at={report.firstSeen} /> },
        { name: t("requests"), value: <Count value={report.requests} /> },
        { name: t("errors"), value: <ErrorShare {...report} /> },
        { name: t("tokens"), value: <Count value={report.promptTokens + report.completionTokens} /> },
        { name: t("spend"), value: <Money value={report.cost} /> },
        ...(isNetwork ? [{ name: t("addresses"), value: <Count value={report.addresses} /> }] : []),
        { name: t("userAgent"), value: report.userAgent ?? "–" },
      ]}
    />
  );
}

const shownDays = 30;

function Keys({ ip, isNetwork }: { ip: string; isNetwork: boolean }) {
  const t = useTranslations("byIp");
  const [nowMs] = useState(() => Date.now());
  const days = lastDays(nowMs, shownDays);
  const query = useQuery(ipDaysQuery({ [isNetwork ? "cidr" : "ip"]: ip, from: `${days[0]}T00:00:00.000Z` }));
  if (query.data === undefined) {
    if (query.error !== null) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
    return <Skeleton height={120} />;
  }
  const lines = keyLines(query.data.items, days);
  if (lines.length === 0) return <p className={classes.dim}>{t("noKeys")}</p>;
  return <IpKeys lines={lines} ip={ip} isCut={query.data.nextCursor !== null} />;
}
