import { useLocale, useTranslations } from "next-intl";
import type { PublicChange } from "#lib/announcements/schema";
import { dollarText, multiplierText, percentText, unitText } from "#lib/announcements/words";
import classes from "./announcements.module.css";

/** Old and new price of everything that changes, for everybody to read. */
export function ChangeTable({ changes }: { changes: readonly PublicChange[] }) {
  const t = useTranslations("announcements");
  if (changes.length === 0) return null;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={classes.scroll} tabIndex={0} aria-label={t("whatChanges")}>
        <table className={classes.table} aria-label={t("whatChanges")}>
          <thead>
            <tr>
              <th scope="col">{t("item")}</th>
              <th scope="col" data-text>
                {t("kind")}
              </th>
              <th scope="col">{t("before")}</th>
              <th scope="col">{t("after")}</th>
              <th scope="col">{t("change")}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <Rows key={`${change.kind} ${change.model ?? change.group}`} change={change} />
            ))}
          </tbody>
        </table>
      </section>
      <p className={classes.note}>{t("perMillion")}</p>
    </>
  );
}

function Rows({ change }: { change: PublicChange }) {
  const t = useTranslations("announcements");
  const locale = useLocale();
  if (change.multiplier !== null) {
    const { before, after, percent } = change.multiplier;
    return (
      <tr>
        <th scope="row">{t("line", { name: change.group ?? "" })}</th>
        <td />
        <td>{multiplierText(before)}</td>
        <td>{multiplierText(after)}</td>
        <td>{percentText(percent)}</td>
      </tr>
    );
  }
  const name = change.model ?? "";
  return (
    <>
      {change.units.map(({ unit, when, before, after, percent }, index) => (
        <tr key={`${unit} ${when}`} data-same={index > 0 || undefined}>
          <th scope="row">{name}</th>
          <td data-text>
            {unitText(unit, locale).split(/, per|（每/)[0]}
            {when && <span className={classes.condition}>{when}</span>}
          </td>
          <td>{dollarText(before)}</td>
          <td>{change.isWithdrawn ? t("withdrawnModel") : dollarText(after)}</td>
          <td>{percentText(percent)}</td>
        </tr>
      ))}
      {change.tiersChange && (
        <tr data-same={change.units.length > 0 || undefined}>
          <th scope="row">{name}</th>
          <td data-text>{t("longPrompts")}</td>
          <td />
          <td>{t("changed")}</td>
          <td />
        </tr>
      )}
    </>
  );
}
