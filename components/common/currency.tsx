"use client";

import { createContext, type ReactNode, use } from "react";
import { convertedText, moneyRounded, type ShownCurrency } from "./format-money.ts";

const CurrencyContext = createContext<ShownCurrency | null>(null);

/** In which currency amounts below are shown; null is USD, in which everything is kept and billed. */
export function CurrencyProvider({ value, children }: { value: ShownCurrency | null; children: ReactNode }) {
  return <CurrencyContext value={value}>{children}</CurrencyContext>;
}

export function useCurrency(): ShownCurrency | null {
  return use(CurrencyContext);
}

/** Writes amounts for tiles and axes, where size matters more than the last digit, in the currency that is shown. */
export function useRoundedMoney(): (usd: string | number) => string {
  const currency = useCurrency();
  return (usd) => (currency === null ? moneyRounded(usd) : `≈${convertedText(usd, currency)}`);
}
