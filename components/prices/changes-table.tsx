"use client";

import { Button } from "@mantine/core";
import { useTranslations } from "next-intl";
import { Fragment, useState } from "react";
import type { PriceChangeAnswer } from "#lib/pricing/version-schema";
import { StateBadge } from "../common/state-badge.tsx";
import { Percent, PriceFigure } from "./price-figure.tsx";
import classes from "./prices.module.css";

const FIRST = 50;

/** Prices that differ: what they were, what they become, in per cent, beside the official price, and why. */
export function ChangesTable({ changes, label }: { changes: readonly PriceChangeAnswer[]; label: string }) {
  const t = useTranslations("prices");
  const [isAll, setIsAll] = useState(changes.length <= FIRST);
  if (changes.length === 0) return <p className={classes.dim}>{t("noChanges")}</p>;
  const shown = isAll ? changes : changes.slice(0, FIRST);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by arrow keys on a phone, which needs the focus
    <section className={classes.wide} tabIndex={0} aria-label={label}>
      <table className={classes.changes} aria-label={label}>
        <thead>
          <tr>
            <th scope="col" data-text>
              {t("what")}
            </th>
            <th scope="col" data-text>
              {t("unit")}
            </th>
            <th scope="col">{t("official")}</th>
            <th scope="col">{t("before")}</th>
            <th scope="col">{t("after")}</th>
            <th scope="col">{t("change")}</th>
            <th scope="col" data-text>
              {t("reason")}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((change) => (
            <Change
              key={`${change.kind} ${change.accountId} ${change.model} ${change.group}`}
              change={change}
            />
          ))}
        </tbody>
      </table>
      {!isAll && (
        <Button variant="subtle" mt="xs" onClick={() => setIsAll(true)}>
          {t("showAll", { count: changes.length })}
        </Button>
      )}
    </section>
  );
}

function Change({ change }: { change: PriceChangeAnswer }) {
  const t = useTranslations("prices");
  const tUnits = useTranslations("prices.units");
  if (change.multiplier !== null) {
    const { before, after, percent } = change.multiplier;
    return (
      <tr>
        <th scope="row" data-text>
          {change.kind === "discount"
            ? t("discountOf", { name: change.accountName ?? change.accountId ?? "" })
            : `${t("line")} ${change.group}`}
        </th>
        <td data-text>{t("multiplier")}</td>
        <td />
        <td>{before === null ? "–" : `×${before}`}</td>
        <td>{after === null ? "–" : `×${after}`}</td>
        <td>
          <Percent value={percent} />
        </td>
        <td data-text>
          <Reason change={change} />
        </td>
      </tr>
    );
  }
  const isGone = change.multipliers.after === null;
  return (
    <>
      {change.units.map((unit, index) => (
        <Fragment key={`${unit.unit} ${unit.when}`}>
          <tr data-same={index > 0 || undefined}>
            <th scope="row" data-text>
              {index === 0 && (
                <>
                  {change.model}{" "}
                  <span className={classes.dim}>
                    {change.accountId === null
                      ? change.vendor
                      : t("forAccount", { name: change.accountName ?? change.accountId })}
                  </span>
                </>
              )}
            </th>
            <td data-text>
              {tUnits(unit.unit as "input")}
              {unit.when !== null && <span className={classes.when}>{unit.when}</span>}
            </td>
            <td className={classes.dim}>
              <PriceFigure usd={unit.official} />
            </td>
            <td>
              <PriceFigure usd={unit.before} />
            </td>
            <td>
              <PriceFigure usd={unit.after} />
            </td>
            <td>
              <Percent value={unit.percent} />
            </td>
            <td data-text>
              {index === 0 && (
                <>
                  {isGone && <StateBadge tone="bad">{t("withdrawn")}</StateBadge>} <Reason change={change} />
                </>
              )}
            </td>
          </tr>
        </Fragment>
      ))}
    </>
  );
}

function Reason({ change: { reason, causes } }: { change: PriceChangeAnswer }) {
  const t = useTranslations("prices");
  if (reason !== null) return <>{reason}</>;
  if (causes.length === 0) return null;
  return <span className={classes.dim}>{causes.map((cause) => t(`causes.${cause}`)).join("; ")}</span>;
}
