"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { Overview } from "#lib/metrics/schema";
import { Money } from "../common/money.tsx";
import classes from "./overview.module.css";

/** The accounts whose spend changed most against the same time last week. */
export function TopMovers({ movers }: { movers: Overview["topMovers"] }) {
  const t = useTranslations("overview");
  if (movers.length === 0) return <p className={classes.nothing}>{t("noMovers")}</p>;
  return (
    <table className={classes.movers}>
      <thead>
        <tr>
          <th scope="col">{t("account")}</th>
          <th scope="col">{t("today")}</th>
          <th scope="col">{t("change")}</th>
        </tr>
      </thead>
      <tbody>
        {movers.map(({ accountId, name, spend, change }) => (
          <tr key={accountId}>
            <th scope="row">
              <Link href={`/accounts/${accountId}`}>{name}</Link>
            </th>
            <td>
              <Link href={`/logs?accountId=${accountId}`}>
                <Money value={spend} rounded />
              </Link>
            </td>
            <td>
              <Money value={change} signed rounded />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
