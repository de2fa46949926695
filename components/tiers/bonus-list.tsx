"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { bonusQuery } from "#lib/api/queries";
import { Ago } from "../common/ago.tsx";
import { Money } from "../common/money.tsx";
import classes from "./credit.module.css";

/** Bonus credit that an account was given, and what is left of it. Nothing where there was none. */
export function BonusList({ accountId }: { accountId: string }) {
  const t = useTranslations("credit");
  const { data } = useInfiniteQuery(bonusQuery(accountId));
  const lots = data?.pages[0]?.items ?? [];
  if (lots.length === 0) return null;
  return (
    <section aria-label={t("bonus")}>
      <h2 className={classes.heading}>{t("bonus")}</h2>
      <ul className={classes.rows}>
        {lots.slice(0, 20).map((lot) => (
          <li key={lot.id} className={classes.row}>
            <span className={classes.what}>{lot.source === "gift" ? lot.note : t("ofRecharge")}</span>
            <span className={classes.dim}>
              {lot.expiresAt === null ? (
                t("lasts")
              ) : (
                <>
                  {t("expires")} <Ago at={lot.expiresAt} />
                </>
              )}
            </span>
            <span className={classes.figure}>
              <Money value={lot.left} /> / <Money value={lot.amount} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
