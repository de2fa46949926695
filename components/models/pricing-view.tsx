import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { PublicPrices } from "#lib/models/public-schema";
import { modelKinds } from "#lib/pricing/catalogue";
import { PageHeader } from "../shell/page-header.tsx";
import { PriceCalculator } from "./price-calculator.tsx";
import { PriceFees } from "./price-fees.tsx";
import { PriceMethod } from "./price-method.tsx";
import classes from "./pricing.module.css";
import { PricingTable } from "./pricing-table.tsx";

type Asked = { q?: string | null; vendor?: string | null; kind?: string | null; all?: string | null };
type Props = { prices: PublicPrices; asked: Asked; tiers: ReactNode };

/** What every model costs, for everybody: drawn on the server, searched by a plain form; only the calculator is a script. */
export function PricingView({ prices, asked, tiers }: Props) {
  const t = useTranslations("pricing");
  const { items, total, nextCursor, effectiveAt, lines, fees } = prices;
  return (
    <>
      <PageHeader title={t("title")}>
        <a className={classes.link} href="/api/pricing">
          JSON
        </a>
      </PageHeader>
      <div className={classes.page}>
        <p className={classes.lead}>
          {t("lead")} {effectiveAt !== null && t("since", { at: new Date(effectiveAt) })}
        </p>
        <Filters prices={prices} asked={asked} />
        <p className={classes.count} role="status">
          {t("count", { shown: items.length, total })}
        </p>
        {items.length === 0 ? (
          <p className={classes.none}>
            {t("none")}{" "}
            <Link className={classes.link} href="/pricing?all=true">
              {t("showAll")}
            </Link>
          </p>
        ) : (
          <PricingTable prices={items} />
        )}
        {nextCursor !== null && (
          <p>
            <Link className={classes.link} href={`/pricing?${nextPage(asked, nextCursor)}`}>
              {t("next")}
            </Link>
          </p>
        )}
        {items.length > 0 && (
          <section aria-labelledby="calculator" className={classes.section}>
            <h2 id="calculator">{t("calculator")}</h2>
            <PriceCalculator
              models={items.map(({ model, price, tiers, hours, images }) => ({
                model,
                price,
                tiers,
                hours,
                images,
              }))}
              lines={lines}
            />
          </section>
        )}
        <PriceFees fees={fees} />
        {tiers}
        <PriceMethod lines={lines} />
      </div>
    </>
  );
}

function Filters({ prices: { vendors }, asked }: { prices: PublicPrices; asked: Asked }) {
  const t = useTranslations("pricing");
  const models = useTranslations("models");
  return (
    <form className={classes.filters} method="get" action="/pricing">
      <label>
        <span>{t("search")}</span>
        <input type="search" name="q" defaultValue={asked.q ?? ""} placeholder={t("searchPlaceholder")} />
      </label>
      <label>
        <span>{models("vendor")}</span>
        <select name="vendor" defaultValue={asked.vendor ?? ""}>
          <option value="">{t("allVendors")}</option>
          {vendors.map((vendor) => (
            <option key={vendor}>{vendor}</option>
          ))}
        </select>
      </label>
      <label>
        <span>{models("kind")}</span>
        <select name="kind" defaultValue={asked.kind ?? ""}>
          <option value="">{t("allKinds")}</option>
          {modelKinds.map((kind) => (
            <option key={kind} value={kind}>
              {models(`kinds.${kind}`)}
            </option>
          ))}
        </select>
      </label>
      <label className={classes.check}>
        <input type="checkbox" name="all" value="true" defaultChecked={asked.all === "true"} />
        <span>{t("all")}</span>
      </label>
      <button type="submit">{t("show")}</button>
    </form>
  );
}

function nextPage(asked: Asked, cursor: string): string {
  const kept = Object.entries({ ...asked, cursor }).filter(([, value]) => value !== null && value !== "");
  return new URLSearchParams(kept as [string, string][]).toString();
}
