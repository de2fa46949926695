import { useTranslations } from "next-intl";
import type { PublicLine } from "#lib/models/public-schema";
import { MultiplierText } from "./multiplier-text.tsx";
import classes from "./pricing.module.css";

/** How a price comes about, with the first worked example of docs/pricing.md. */
export function PriceMethod({ lines }: { lines: readonly PublicLine[] }) {
  const t = useTranslations("pricing");
  return (
    <>
      <section aria-labelledby="lines" className={classes.section}>
        <h2 id="lines">{t("lines")}</h2>
        <p>{t("linesText")}</p>
        <dl className={classes.lines}>
          {lines.map(({ id, name, description, multiplier }) => (
            <div key={id}>
              <dt>
                {name} <MultiplierText value={multiplier} />
              </dt>
              <dd className={classes.dim}>{description}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section aria-labelledby="method" className={classes.section}>
        <h2 id="method">{t("method")}</h2>
        <p>{t("methodText")}</p>
        <p className={classes.formula}>{t("formula")}</p>
        <p>{t("methodRounding")}</p>
        <h3>{t("exampleTitle")}</h3>
        <p>{t("exampleGiven")}</p>
        <p className={classes.formula}>
          200 × $0.15 / 1M + 300 × $0.60 / 1M + 1,000 × $0.075 / 1M = <strong>$0.000285</strong>
        </p>
        <p>{t("exampleMultipliers")}</p>
        <p className={classes.formula}>
          1 × 0.075 × (200 + 300 × 4 + 1,000 × 0.5) × $2 / 1M = <strong>$0.000285</strong>
        </p>
        <p>{t("policyText")}</p>
      </section>
    </>
  );
}
