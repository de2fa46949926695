import { useFormatter, useTranslations } from "next-intl";
import type { PublicPrice } from "#lib/models/public-schema";
import { imageName } from "#lib/pricing/image-prices";
import { groupDigits, moneyText } from "../common/format-money.ts";
import classes from "./pricing.module.css";

const columns = ["input", "output", "cacheRead"] as const;
const columnNames = { input: "input", output: "output", cacheRead: "cached" } as const;

/** Our price with the official one below it where they differ, then what else there is to know of it. */
export function PricingTable({ prices }: { prices: readonly PublicPrice[] }) {
  const t = useTranslations("pricing");
  return (
    // A table that is wider than a phone scrolls by keyboard too.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section className={classes.scroll} tabIndex={0} aria-label={t("title")}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t("model")}</th>
            <th scope="col" data-right>
              {t("input")}
            </th>
            <th scope="col" data-right>
              {t("output")}
            </th>
            <th scope="col" data-right>
              {t("cached")}
            </th>
            <th scope="col">{t("others")}</th>
            <th scope="col">{t("policy")}</th>
          </tr>
        </thead>
        <tbody>
          {prices.map((price) => (
            <Row key={price.model} price={price} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ price }: { price: PublicPrice }) {
  const t = useTranslations("pricing");
  const models = useTranslations("models");
  const units = useTranslations("bill.units");
  const { images } = price;
  const others = Object.entries(price.price).filter(
    ([unit]) => !columns.some((column) => column === unit) && !(unit === "image" && images.length > 0),
  );
  const isByToken = columns.some((unit) => price.price[unit] !== undefined);
  const isEmpty = [others, images, price.tiers, price.hours].every((list) => list.length === 0);
  const factorsText = (factors: Readonly<Record<string, string>>) => {
    const all = Object.entries(factors);
    const [first] = all;
    // Most vendors move everything by the same factor.
    const isOne = all.length > 1 && all.every(([, factor]) => factor === first?.[1]);
    if (first !== undefined && isOne) return `${t("everyUnit")} ${multiplierText(first[1])}`;
    return all.map(([unit, factor]) => `${units(unit as "input")} ${multiplierText(factor)}`).join(", ");
  };
  return (
    <tr>
      <th scope="row">
        <span className={classes.name}>{price.name}</span>
        <code>{price.model}</code>
        <span className={`${classes.dim} ${classes.small}`}>
          {price.vendor} · {models(`kinds.${price.kind}`)}
          {price.contextWindow !== null &&
            ` · ${t("context", { tokens: groupDigits(String(price.contextWindow)) })}`}
          {!price.sold && ` · ${t("notServed")}`}
        </span>
      </th>
      {columns.map((unit) => (
        <td
          key={unit}
          data-right
          data-label={t(columnNames[unit])}
          data-empty={price.price[unit] === undefined || undefined}
          data-none={!isByToken || undefined}
        >
          <UnitPrice ours={price.price[unit]} official={price.official[unit]} />
        </td>
      ))}
      <td data-empty={isEmpty || undefined}>
        {images.map(({ size, quality, price: each }, index) => (
          <span key={`${size} ${quality}`} className={classes.other}>
            <span className={classes.dim}>
              {imageName({ size, quality })}
              {index === 0 && ` (${t("usualImage")})`}
            </span>{" "}
            <UnitPrice
              ours={each}
              official={
                price.officialImages.find((one) => one.size === size && one.quality === quality)?.price
              }
            />
          </span>
        ))}
        {others.map(([unit, value]) => (
          <span key={unit} className={classes.other}>
            <span className={classes.dim}>{units(unit as "input")}</span>{" "}
            <UnitPrice ours={value} official={price.official[unit]} />
          </span>
        ))}
        {price.tiers.map(({ above, factors }) => (
          <span key={above} className={classes.other}>
            <span className={classes.dim}>{t("above", { tokens: groupDigits(String(above)) })}</span>{" "}
            {factorsText(factors)}
          </span>
        ))}
        {price.hours.map(({ from, to, factors }) => (
          <span key={from} className={classes.other}>
            <span className={classes.dim}>{`${from}–${to} UTC`}</span> {factorsText(factors)}
          </span>
        ))}
      </td>
      <td className={classes.how}>
        <Policy price={price} />
      </td>
    </tr>
  );
}

function UnitPrice({ ours, official }: { ours: string | undefined; official: string | undefined }) {
  const t = useTranslations("pricing");
  if (ours === undefined) return <span className={classes.dim}>–</span>;
  return (
    <span title={`$${ours}`}>
      {priceText(ours)}
      {official !== undefined && official !== ours && (
        <span className={classes.official}>
          {t("official")} <s>{priceText(official)}</s>
        </span>
      )}
    </span>
  );
}

function Policy({ price }: { price: PublicPrice }) {
  const t = useTranslations("pricing");
  const format = useFormatter();
  const { policy, reason, outside, example, ofOfficial, upcoming, effectiveAt } = price;
  const day = (at: string) => format.dateTime(new Date(at), { dateStyle: "medium", timeZone: "UTC" });
  return (
    <>
      <span className={classes.policy} data-policy={policy}>
        {t(`policies.${policy}`)}
      </span>
      {ofOfficial !== null && ofOfficial !== "100" && (
        <span className={classes.note}>{t("ofOfficial", { percent: percentText(ofOfficial) })}</span>
      )}
      {outside && <span className={classes.warn}>{t("outside")}</span>}
      {reason !== null && reason !== "" && <span className={classes.note}>{reason}</span>}
      {example && <span className={classes.note}>{t("example")}</span>}
      <span className={`${classes.dim} ${classes.small}`}>{t("holds", { day: day(effectiveAt) })}</span>
      {upcoming.map((change) => (
        <span key={change.priceVersionId} className={classes.next}>
          {t("from", { day: day(change.effectiveAt) })}{" "}
          {change.price === null
            ? t("withdrawn")
            : Object.entries(change.price)
                .filter(([unit]) => change.price?.[unit] !== price.price[unit])
                .map(([unit, value]) => `${unit} ${priceText(value)}`)
                .join(", ")}
        </span>
      ))}
    </>
  );
}

/** "0.15" as "$0.15"; a fraction as its value to six places, marked. */
export function priceText(value: string): string {
  const [top = "0", bottom] = value.split("/");
  if (bottom === undefined) return moneyText(value);
  return `≈${moneyText((Number(top) / Number(bottom)).toFixed(6).replace(/0+$/, ""))}`;
}

/** "×2", or "≈×0.1964" of what has no short decimal. */
function multiplierText(value: string): string {
  const [top = "0", bottom] = value.split("/");
  return bottom === undefined ? `×${value}` : `≈×${Number((Number(top) / Number(bottom)).toFixed(4))}`;
}

function percentText(value: string): string {
  const [top = "0", bottom = "1"] = value.split("/");
  return String(Number((Number(top) / Number(bottom)).toFixed(2)));
}
