"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { formatCondition } from "#lib/pricing/condition-text";
import { type ConditionName, conditionNames } from "#lib/pricing/conditions";
import { displayPrices } from "#lib/pricing/display";
import { driftPercent } from "#lib/pricing/drift";
import { cellText } from "#lib/pricing/edit";
import { isOutside } from "#lib/pricing/reason";
import { isPieceUnit, type PriceUnit, priceUnits } from "#lib/pricing/units";
import { Drift } from "../common/drift.tsx";
import type { GridColumn } from "../data-table/edit-grid.tsx";
import { PriceFigure } from "./price-figure.tsx";
import classes from "./prices.module.css";
import type { EditedRow } from "./use-price-edits.ts";

/** What most models are sold by; the other units are shown where one of the rows has them. */
const usual: readonly PriceUnit[] = ["input", "output", "cacheRead"];

export const reasonColumn = "reason";

/** Model, official price, then a cell per unit: the multiplier that is typed, and beside it what that is in USD. */
export function usePriceColumns(rows: readonly EditedRow[], allUnits: boolean): GridColumn<EditedRow>[] {
  const t = useTranslations("prices");
  const tUnits = useTranslations("prices.units");
  const needsReason = rows.some(({ causes }) => causes.length > 0);
  const conditions = conditionNames.filter(
    (name) =>
      allUnits || rows.some(({ components, isChanged }) => isChanged && components[name] !== undefined),
  );
  const shownConditions = conditions.join(" ");
  const units = priceUnits.filter(
    (unit) =>
      usual.includes(unit) ||
      ((allUnits || isPieceUnit(unit)) &&
        rows.some(({ components, official }) => (components[unit] ?? official[unit]) !== undefined)),
  );
  const shown = units.join(" ");
  return useMemo(() => {
    const reason: GridColumn<EditedRow> = {
      id: reasonColumn,
      header: t("reason"),
      width: 220,
      cell: (row) => (row.causes.length === 0 ? null : row.reason || <Wanted causes={row.causes} />),
      text: (row) => (row.causes.length === 0 ? undefined : row.reason),
      problem: (row) =>
        row.causes.length > 0 && row.reason.trim() === ""
          ? row.causes.map((cause) => t(`causes.${cause}`)).join("; ")
          : undefined,
    };
    return [
      {
        id: "model",
        header: t("model"),
        width: 230,
        cell: ({ model }) => (
          <span className={classes.model}>
            <span>{model.id}</span>
            <span className={classes.dim}>{model.vendor}</span>
          </span>
        ),
      },
      {
        id: "official",
        header: t("officialInOut"),
        width: 136,
        align: "right",
        cell: ({ model }) => <OfficialPair prices={model.official} />,
      },
      {
        id: "drift",
        header: t("drift"),
        width: 92,
        align: "right",
        cell: ({ components, official }) => <Drift value={driftPercent(components, official)} />,
      },
      ...shown.split(" ").map((unit) => unitColumn(unit as PriceUnit, tUnits(unit as PriceUnit))),
      ...conditionNames
        .filter((name) => shownConditions.split(" ").includes(name))
        .map((name) => conditionColumn(name, t(`conditions.${name}`))),
      ...(needsReason ? [reason] : []),
    ];
  }, [t, tUnits, shown, needsReason, shownConditions]);
}

/** The unit of a column, or what its price depends on; undefined for what is none. */
export function unitOf(column: string): PriceUnit | ConditionName | undefined {
  return [...conditionNames, ...priceUnits].find((unit) => unit === column);
}

function conditionColumn(name: ConditionName, header: string): GridColumn<EditedRow> {
  const textOf = formatCondition[name];
  return {
    id: name,
    header,
    width: 260,
    text: ({ components }) => textOf(components),
    isChanged: ({ isChanged, before, components }) =>
      isChanged && textOf(before ?? {}) !== textOf(components),
    cell: ({ components }) => {
      const text = textOf(components);
      return text === "" ? <span className={classes.dim}>–</span> : <span title={text}>{text}</span>;
    },
  };
}

function unitColumn(unit: PriceUnit, header: string): GridColumn<EditedRow> {
  return {
    id: unit,
    header,
    width: isPieceUnit(unit) ? 96 : 148,
    align: "right",
    text: (row) => cellText(row.components, unit),
    isChanged: (row) => row.isChanged && cellText(row.before ?? {}, unit) !== cellText(row.components, unit),
    problem: (row) => (row.isChanged && isUnitOutside(row, unit) ? "0.5–1.0 ×" : undefined),
    cell: (row) => <UnitCell row={row} unit={unit} />,
  };
}

function UnitCell({ row, unit }: { row: EditedRow; unit: PriceUnit }) {
  const price = displayPrices(row.components)[unit];
  if (price === undefined) return <span className={classes.dim}>–</span>;
  if (isPieceUnit(unit)) return <PriceFigure usd={price} />;
  return (
    <span className={classes.pair}>
      <Multiplier text={cellText(row.components, unit)} />
      <span className={classes.usd}>
        <PriceFigure usd={price} />
      </span>
    </span>
  );
}

function Multiplier({ text }: { text: string }) {
  const [top = "", bottom] = text.split("/");
  if (bottom === undefined) return <span>×{Number(top) === 0 ? 0 : text}</span>;
  return <span title={`×${text}`}>≈{Number((Number(top) / Number(bottom)).toPrecision(4))}</span>;
}

function OfficialPair({ prices }: { prices: Readonly<Record<string, string>> }) {
  const [first, second] = [prices.input, prices.output];
  if (first === undefined) {
    const [only] = Object.values(prices);
    return (
      <span className={classes.dim}>
        <PriceFigure usd={only} />
      </span>
    );
  }
  return (
    <span className={classes.dim}>
      <PriceFigure usd={first} />
      {second !== undefined && (
        <>
          {" · "}
          <PriceFigure usd={second} />
        </>
      )}
    </span>
  );
}

function Wanted({ causes }: { causes: EditedRow["causes"] }) {
  const t = useTranslations("prices");
  return <span className={classes.wanted}>{t(`causes.${causes[0] ?? "range"}`)}</span>;
}

function isUnitOutside({ components, official }: EditedRow, unit: PriceUnit): boolean {
  const [own, stated] = [components[unit], official[unit]];
  return own !== undefined && stated !== undefined && isOutside({ [unit]: own }, { [unit]: stated });
}
