"use client";

import { useTranslations } from "next-intl";
import { ExactPrice } from "./exact-price.tsx";
import classes from "./models.module.css";

const tokenUnits = new Set([
  "input",
  "output",
  "cacheRead",
  "cacheWrite5m",
  "cacheWrite1h",
  "imageInput",
  "imageOutput",
  "audioInput",
  "audioOutput",
  "reasoning",
]);
type Prices = Readonly<Record<string, string>> | null;

/** What goes in: the price of a million input tokens, or of the piece that the model is sold by. */
export function InputPrice({ prices }: { prices: Prices }) {
  const t = useTranslations("models");
  const [unit, value] = inputOf(prices) ?? [];
  if (unit === undefined || value === undefined) return <span className={classes.dim}>–</span>;
  if (unit === "input") return <ExactPrice value={value} />;
  return (
    <span>
      <ExactPrice value={value} />{" "}
      <span className={classes.dim}>/ {t(`pieces.${unit}` as "pieces.call")}</span>
    </span>
  );
}

/** The same for a CSV file: "0.15", or "0.04/image" of a piece. */
export function inputText(prices: Prices): string | null {
  const [unit, value] = inputOf(prices) ?? [];
  if (unit === undefined || value === undefined) return null;
  return unit === "input" ? value : `${value}/${unit}`;
}

function inputOf(prices: Prices): [unit: string, value: string] | undefined {
  if (prices === null) return undefined;
  if (prices.input !== undefined) return ["input", prices.input];
  return Object.entries(prices).find(([name]) => !tokenUnits.has(name));
}

/** What comes out: the price of a million output tokens, if it has one of its own. */
export function OutputPrice({ prices }: { prices: Prices }) {
  const value = prices?.output;
  return value === undefined ? <span className={classes.dim}>–</span> : <ExactPrice value={value} />;
}

export function isTokenUnit(unit: string): boolean {
  return tokenUnits.has(unit);
}
