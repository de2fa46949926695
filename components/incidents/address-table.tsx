import { useTranslations } from "next-intl";
import type { IncidentDetails } from "#lib/incidents/schema";
import { Ago } from "../common/ago.tsx";
import { Count } from "../common/count.tsx";
import { Money } from "../common/money.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import classes from "./incidents.module.css";

/** What each unfamiliar address did, the most expensive first. */
export function AddressTable({ incident }: { incident: IncidentDetails }) {
  const t = useTranslations("incidents");
  if (incident.addresses.length === 0) return <p className={classes.note}>{t("noAddresses")}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.scroll} tabIndex={0} aria-label={t("evidence")}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t("address")}</th>
            <th scope="col" className={classes.number}>
              {t("requests")}
            </th>
            <th scope="col" className={classes.number}>
              {t("spent")}
            </th>
            <th scope="col" className={classes.roomy}>
              {t("models")}
            </th>
            <th scope="col" className={classes.roomy}>
              {t("firstSeen")}
            </th>
            <th scope="col" className={classes.roomy}>
              {t("lastSeen")}
            </th>
            <th scope="col">{t("state")}</th>
          </tr>
        </thead>
        <tbody>
          {incident.addresses.map((one) => (
            <tr key={one.ip}>
              <td>
                <code>{one.ip}</code>
              </td>
              <td className={classes.number}>
                <Count value={one.requests} />
              </td>
              <td className={classes.number}>
                <Money value={one.spent} rounded />
              </td>
              <td className={`${classes.wide} ${classes.roomy}`} title={one.models.join(", ")}>
                {one.models.join(", ")}
              </td>
              <td className={classes.roomy}>
                <Ago at={one.firstSeen} />
              </td>
              <td className={classes.roomy}>
                <Ago at={one.lastSeen} />
              </td>
              <td>
                {one.isBlocked ? (
                  <StateBadge tone="bad">{t("blocked")}</StateBadge>
                ) : one.isTrusted ? (
                  <StateBadge tone="ok">{t("trusted")}</StateBadge>
                ) : (
                  <StateBadge tone="warn">{t("unfamiliar")}</StateBadge>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
