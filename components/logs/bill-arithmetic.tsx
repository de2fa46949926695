"use client";

import { useTranslations } from "next-intl";
import type { BillTerm, LogBill } from "#lib/logs/schema";
import { groupDigits, moneyText } from "../common/format-money.ts";
import { MultiplierCell } from "../common/multiplier-cell.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { ExactAmount } from "./exact-amount.tsx";
import classes from "./logs.module.css";

/** The bill as a table of terms that add up before one's eyes, recomputed from the price version it names. */
export function BillArithmetic({ bill }: { bill: LogBill }) {
  const t = useTranslations("bill");
  return (
    <>
      <table className={classes.bill} aria-label={t("title")}>
        <thead>
          <tr>
            <th scope="col">{t("unit")}</th>
            <th scope="col">{t("quantity")}</th>
            <th scope="col">{t("price")}</th>
            <th scope="col">{t("amount")}</th>
          </tr>
        </thead>
        <tbody>
          {bill.terms.map((term) => (
            <Term key={term.unit} term={term} />
          ))}
        </tbody>
        <BillFoot bill={bill} />
      </table>
      <p className={classes.note}>
        <StateBadge tone={bill.equal ? "ok" : "bad"} plain>
          {bill.equal ? t("equal") : t("differs", { stored: moneyText(bill.storedCost) })}
        </StateBadge>{" "}
        {t("version", { number: bill.priceVersionNumber })}
        {bill.hours !== null && ` ${t("atHours", { hours: `${bill.hours.from}–${bill.hours.to}` })}`}
        {bill.image !== null && ` ${t("ofImage", { image: bill.image })}`}
      </p>
    </>
  );
}

function Term({ term }: { term: BillTerm }) {
  const t = useTranslations("bill");
  const isKnown = t.has(`units.${term.unit}` as "units.input");
  return (
    <tr>
      <th scope="row">{isKnown ? t(`units.${term.unit}` as "units.input") : term.unit}</th>
      <td>{groupDigits(term.quantity)}</td>
      <td>
        × <ExactAmount value={term.price} />
        {term.per === 1 ? "" : ` / ${term.per === 1_000_000 ? "1M" : groupDigits(String(term.per))}`}
      </td>
      <td>
        = <ExactAmount value={term.amount} />
      </td>
    </tr>
  );
}

function BillFoot({ bill }: { bill: LogBill }) {
  const t = useTranslations("bill");
  return (
    <tfoot>
      <tr>
        <th scope="row" colSpan={3}>
          {t("subtotal")}
        </th>
        <td>
          <ExactAmount value={bill.subtotal} />
        </td>
      </tr>
      <tr>
        <th scope="row" colSpan={2}>
          {t("groupMultiplier")}
        </th>
        <td>
          <MultiplierCell value={bill.groupMultiplier} />
        </td>
        <td>
          {bill.discountMultiplier === null && (
            <>
              = <ExactAmount value={bill.exact} />
            </>
          )}
        </td>
      </tr>
      {bill.discountMultiplier !== null && (
        <tr>
          <th scope="row" colSpan={2}>
            {t("discount")}
          </th>
          <td>
            <MultiplierCell value={bill.discountMultiplier} />
          </td>
          <td>
            = <ExactAmount value={bill.exact} />
          </td>
        </tr>
      )}
      <tr>
        <th scope="row" colSpan={3}>
          {t("rounding")}
        </th>
        <td>
          <ExactAmount value={bill.rounding} />
        </td>
      </tr>
      <tr>
        <th scope="row" colSpan={3}>
          {t("cost")}
        </th>
        <td>= {moneyText(bill.cost)}</td>
      </tr>
    </tfoot>
  );
}
