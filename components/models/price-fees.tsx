import { useFormatter, useLocale, useTranslations } from "next-intl";
import type { PublicFees, PublicMethod } from "#lib/payments/public-schema";
import { paidText } from "../common/format-money.ts";
import classes from "./pricing.module.css";

/** What is paid beside the prices: each way of paying with its fee and bounds, and what other currencies are credited at. */
export function PriceFees({ fees: { methods, rates } }: { fees: PublicFees }) {
  const t = useTranslations("pricing.fees");
  const format = useFormatter();
  const isChinese = useLocale() === "zh";
  const day = (date: string) => format.dateTime(new Date(date), { dateStyle: "medium", timeZone: "UTC" });
  return (
    <section aria-labelledby="fees" className={classes.section}>
      <h2 id="fees">{t("title")}</h2>
      <p>{t("text")}</p>
      {methods.length === 0 && <p>{t("noMethods")}</p>}
      <dl className={classes.lines}>
        {methods.map((method) => (
          <div key={method.id}>
            <dt>{isChinese && method.nameZh !== "" ? method.nameZh : method.name}</dt>
            <dd>{method.fee === "0" ? t("none") : t("percent", { percent: method.fee })}</dd>
            <dd className={classes.dim}>{boundsText(method, t)}</dd>
          </div>
        ))}
        {rates.map(({ currency, usdPerUnit, date }) => (
          <div key={currency}>
            <dt>{usdPerUnit === null ? currency : `1 ${currency} = ${rateText(usdPerUnit)} USD`}</dt>
            <dd className={classes.dim}>{date === null ? t("noRate") : t("rateOf", { day: day(date) })}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

type Words = ReturnType<typeof useTranslations<"pricing.fees">>;

/** "10.00 USD or 10.00 CNY and more": the same figure in each currency that can be paid. */
function boundsText({ currencies, least, most }: PublicMethod, t: Words): string {
  const amounts = (amount: string) => currencies.map((currency) => paidText(amount, currency)).join(t("or"));
  const isFrom = least !== "0";
  if (most !== null && isFrom) return t("between", { least: amounts(least), most: amounts(most) });
  if (most !== null) return t("most", { most: amounts(most) });
  return isFrom
    ? t("least", { least: amounts(least) })
    : t("anyAmount", { currencies: currencies.join(t("or")) });
}

/** "0.14"; of a fraction its value to six places, marked. */
function rateText(rate: string): string {
  const [top = "0", bottom] = rate.split("/");
  return bottom === undefined ? rate : `≈${Number((Number(top) / Number(bottom)).toFixed(6))}`;
}
