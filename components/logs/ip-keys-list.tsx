"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { keyQuery } from "#lib/api/queries";
import { Ago } from "../common/ago.tsx";
import { groupDigits } from "../common/format-money.ts";
import { StateBadge } from "../common/state-badge.tsx";
import { useCan } from "../shell/me.tsx";
import { StatusButton } from "../shell/status-button.tsx";
import classes from "./by-ip.module.css";
import { logsHref } from "./by-ip-params.ts";
import type { KeyLine } from "./ip-keys.ts";

const mostLines = 20;
const newWithinMs = 48 * 3_600_000;

type Props = { lines: readonly KeyLine[]; ip: string; isCut: boolean };

/** Every key that was used at an address or network, over 30 days; what came newly is marked, and any can be disabled here. */
export function IpKeys({ lines, ip, isCut }: Props) {
  const t = useTranslations("byIp");
  return (
    <>
      <ul className={classes.keys}>
        {lines.slice(0, mostLines).map((line) => (
          <KeyAtAddress key={line.keyId} line={line} ip={ip} />
        ))}
      </ul>
      {(isCut || lines.length > mostLines) && (
        <p className={classes.dim}>{t("moreKeys", { shown: Math.min(mostLines, lines.length) })}</p>
      )}
    </>
  );
}

function KeyAtAddress({ line, ip }: { line: KeyLine; ip: string }) {
  const t = useTranslations("byIp");
  const { keyId, keyName, accountName, requests, firstSeen } = line;
  // Calls without a valid key are counted under none.
  const isKey = keyId !== "";
  return (
    <li>
      <span className={classes.ip}>
        {isKey ? <Link href={`/keys/${keyId}`}>{keyName ?? keyId}</Link> : <b>{t("noKey")}</b>}
        {isNew(firstSeen) && (
          <StateBadge tone="warn" plain>
            {t("new")}
          </StateBadge>
        )}
      </span>
      {isKey && <Stop id={keyId} />}
      <span className={classes.dim}>
        {accountName !== null && `${accountName} · `}
        <Link href={logsHref(ip, { range: "30d", from: null, to: null }, { keyId: isKey ? keyId : null })}>
          {t("calls", { count: requests })}
        </Link>{" "}
        · {t("since")} <Ago at={firstSeen} />
      </span>
      <span />
      <span className={classes.days} style={{ gridColumn: "1 / -1" }} aria-hidden>
        {line.days.map((cell) => (
          <i
            key={cell.day}
            data-level={levelOf(cell.requests)}
            data-first={cell.isFirst || undefined}
            title={`${cell.day}: ${groupDigits(String(cell.requests))}`}
          />
        ))}
      </span>
    </li>
  );
}

/** Disables the key at once, with undo. A deleted key has nothing to stop. */
function Stop({ id }: { id: string }) {
  const mayWrite = useCan("keys.write");
  const { data } = useQuery({ ...keyQuery(id), enabled: mayWrite, retry: false });
  if (!mayWrite || data === undefined) return <span />;
  return <StatusButton row={data} path="/api/keys" words="keys" />;
}

function isNew(firstSeen: string): boolean {
  return Date.now() - Date.parse(firstSeen) < newWithinMs;
}

/** 0 none, then by powers of ten: a first call and a flood must both be seen. */
function levelOf(requests: number): number {
  return requests === 0 ? 0 : Math.min(4, 1 + Math.floor(Math.log10(requests)));
}
