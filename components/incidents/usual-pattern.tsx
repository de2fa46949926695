import { useTranslations } from "next-intl";
import type { IncidentDetails } from "#lib/incidents/schema";
import { Count } from "../common/count.tsx";
import { moneyText } from "../common/format-money.ts";
import { Money } from "../common/money.tsx";
import classes from "./incidents.module.css";

const SHOWN = 12;

/** How the key was used before: a usual day, and the networks that it came from. */
export function UsualPattern({ incident: { familiar, usualDay } }: { incident: IncidentDetails }) {
  const t = useTranslations("incidents");
  if (usualDay === null && familiar.length === 0) return <p className={classes.note}>{t("noUsual")}</p>;
  return (
    <>
      {usualDay !== null && (
        <p>{t("usualDay", { spent: moneyText(usualDay.spent), count: usualDay.requests })}</p>
      )}
      {familiar.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className={classes.scroll} tabIndex={0} aria-label={t("usual")}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">{t("network")}</th>
                <th scope="col" className={classes.number}>
                  {t("days")}
                </th>
                <th scope="col" className={classes.number}>
                  {t("requests")}
                </th>
                <th scope="col" className={classes.number}>
                  {t("spent")}
                </th>
              </tr>
            </thead>
            <tbody>
              {familiar.slice(0, SHOWN).map((one) => (
                <tr key={one.network}>
                  <td>
                    <code>{one.network}</code>
                  </td>
                  <td className={classes.number}>{one.days}</td>
                  <td className={classes.number}>
                    <Count value={one.requests} />
                  </td>
                  <td className={classes.number}>
                    <Money value={one.spent} rounded />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {familiar.length > SHOWN && (
        <p className={classes.note}>{t("moreNetworks", { count: familiar.length - SHOWN })}</p>
      )}
    </>
  );
}
