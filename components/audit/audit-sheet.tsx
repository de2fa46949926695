"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { AuditEntryAnswer } from "#lib/audit/schema";
import { Ago } from "../common/ago.tsx";
import { Facts, SheetSection } from "../common/facts.tsx";
import { Id } from "../common/id.tsx";
import { Moments } from "../common/moments.tsx";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import classes from "./audit.module.css";
import { auditDifference } from "./audit-difference.ts";
import { targetHref } from "./target-href.ts";

type Props = SheetSteps & { entry: AuditEntryAnswer };

/** One entry: who did it from where, and every field before and after. */
export function AuditSheet({ entry, ...sheet }: Props) {
  const t = useTranslations("audit");
  const { actorName, actorType, actorId, targetType, targetId, ip, at, action } = entry;
  const href = targetHref(targetType, targetId);
  return (
    <RowSheet label={t("entry", { id: entry.id })} title={<code>{action}</code>} {...sheet}>
      <SheetSection title={t("change")}>
        <Difference entry={entry} />
      </SheetSection>
      <SheetSection title={t("what")}>
        <Facts
          facts={[
            {
              name: t("who"),
              value: (
                <Link className={classes.link} href={`/audit-log?actorId=${encodeURIComponent(actorId)}`}>
                  {`${actorName} (${t(`actorTypes.${actorType}`)})`}
                </Link>
              ),
            },
            {
              name: t("target"),
              value: (
                <>
                  {targetType} <Id value={targetId} />{" "}
                  {href !== null && (
                    <Link className={classes.link} href={href}>
                      {t("open")}
                    </Link>
                  )}
                </>
              ),
            },
            { name: t("ip"), value: ip ?? "–" },
            { name: t("time"), value: <Ago at={at} /> },
          ]}
        />
        <Moments at={at} />
      </SheetSection>
    </RowSheet>
  );
}

function Difference({ entry: { before, after } }: { entry: AuditEntryAnswer }) {
  const t = useTranslations("audit");
  const changes = auditDifference(before, after);
  if (changes.length === 0) return <p className={classes.note}>{t("noDifference")}</p>;
  return (
    <table className={classes.difference}>
      <thead>
        <tr>
          <th scope="col">{t("field")}</th>
          <th scope="col">{t("before")}</th>
          <th scope="col">{t("after")}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.field}>
            <th scope="row">{change.field}</th>
            <td data-side="before">{change.before ?? <i>{t("nothing")}</i>}</td>
            <td data-side="after">{change.after ?? <i>{t("nothing")}</i>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
