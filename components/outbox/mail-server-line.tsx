"use client";

import { useTranslations } from "next-intl";
import type { MailServerAnswer } from "#lib/mail/schema";
import { Ago } from "../common/ago.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { useMe } from "../shell/me.tsx";
import classes from "./outbox.module.css";

/** Whether mails get out: over which server, how many wait, and what keeps them. */
export function MailServerLine({ server }: { server: MailServerAnswer }) {
  const t = useTranslations("outbox");
  const { role } = useMe();
  const { source, waiting, trouble } = server;
  const host = server.port === null ? server.host : `${server.host}:${server.port}`;
  if (source === "none") {
    return (
      <div className={classes.server}>
        <StateBadge tone="warn">{t("noServer")}</StateBadge>
        <span>{t("noServerText")}</span>
        {role === "owner" && <span>{t("noServerOwner")}</span>}
      </div>
    );
  }
  return (
    <div className={classes.server} aria-live="polite">
      {trouble === null ? (
        <StateBadge tone="ok">{t("sending")}</StateBadge>
      ) : (
        <StateBadge tone="bad">{t("notSending")}</StateBadge>
      )}
      <span>
        {trouble === null ? t("sendsOver", { host }) : t("trouble", { host, reason: trouble.reason })}
      </span>
      {source === "environment" && <span>{t("fromEnvironment")}</span>}
      <span>{t("waiting", { count: waiting })}</span>
      {trouble !== null && <span>{t.rich("nextTryAt", { at: () => <Ago at={trouble.nextTryAt} /> })}</span>}
    </div>
  );
}
