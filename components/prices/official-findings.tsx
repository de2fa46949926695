"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { OfficialFinding } from "#lib/pricing/official-schema";
import { PriceFigure } from "./price-figure.tsx";
import classes from "./prices.module.css";

const SHOWN = 100;

/** Models of one finding: ours, the official price, and what that was where it has moved, for each unit that differs. */
export function OfficialFindings({
  what,
  items,
}: {
  what: OfficialFinding["what"];
  items: readonly OfficialFinding[];
}) {
  const t = useTranslations("officialPrices");
  const tPrices = useTranslations("prices");
  const units = useTranslations("bill.units");
  const [isWhole, setWhole] = useState(false);
  if (items.length === 0) return <p className={classes.dim}>{t("none")}</p>;
  return (
    <>
      <p className={classes.dim}>{t(`help.${what}`)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by arrow keys on a phone, which needs the focus */}
      <section className={classes.wide} tabIndex={0} aria-label={t(`what.${what}`)}>
        <table className={classes.changes} aria-label={t(`what.${what}`)}>
          <thead>
            <tr>
              <th scope="col" data-text>
                {tPrices("model")}
              </th>
              <th scope="col" data-text>
                {t("unit")}
              </th>
              <th scope="col">{t("ours")}</th>
              <th scope="col">{t("before")}</th>
              <th scope="col">{t("now")}</th>
              <th scope="col">{t("drift")}</th>
            </tr>
          </thead>
          <tbody>
            {(isWhole ? items : items.slice(0, SHOWN)).flatMap((item) =>
              unitsOf(item).map((unit, index) => (
                <tr key={`${item.model} ${unit}`}>
                  <th scope="row" data-text>
                    {index === 0 && (
                      <Link className={classes.link} href={`/models?row=${encodeURIComponent(item.model)}`}>
                        {item.model}
                      </Link>
                    )}
                    {index === 0 && <span className={classes.dim}> {item.vendor}</span>}
                  </th>
                  <td data-text>{units(unit as "input")}</td>
                  <td>
                    <PriceFigure usd={item.ours?.[unit] ?? null} />
                  </td>
                  <td>
                    <PriceFigure usd={item.before?.[unit] ?? null} />
                  </td>
                  <td>
                    <PriceFigure usd={item.official?.[unit] ?? null} />
                  </td>
                  <td>{index === 0 && item.percent !== null ? `${percentText(item.percent)} %` : ""}</td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </section>
      {!isWhole && items.length > SHOWN && (
        <Button variant="subtle" size="compact-sm" onClick={() => setWhole(true)}>
          {t("more", { count: items.length - SHOWN })}
        </Button>
      )}
    </>
  );
}

/** The units in which ours and the official price differ; of a model that differs in its tiers alone, all. */
function unitsOf({ ours, official, before }: OfficialFinding): string[] {
  const all = [...new Set([ours, official, before].flatMap((prices) => Object.keys(prices ?? {})))];
  const differing = all.filter((unit) => ours?.[unit] !== official?.[unit]);
  return differing.length === 0 ? all : differing;
}

function percentText(value: string): string {
  const [top = "0", bottom = "1"] = value.split("/");
  return String(Number((Number(top) / Number(bottom)).toFixed(2)));
}
