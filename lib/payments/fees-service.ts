import { utcDay } from "#lib/core/time";
import { findGoodRates } from "#lib/recharges/rate-store";
import { listMethods } from "./method-store.ts";
import type { PublicFees } from "./public-schema.ts";

/**
 * What a customer pays beside the prices: the ways of paying that are offered with what each takes, and what currencies
 * other than USD are credited at today. No way of paying has a fee: `creditOrder` credits the whole amount.
 */
export async function publicFees(nowMs: number): Promise<PublicFees> {
  const [methods, rates] = await Promise.all([listMethods(), findGoodRates(utcDay(nowMs))]);
  const offered = methods.filter(({ enabled }) => enabled);
  const currencies = new Set([...offered.flatMap((method) => method.currencies), ...rates.keys()]);
  return {
    methods: offered.map(({ id, name, nameZh, currencies, least, most }) => ({
      ...{ id, name, nameZh, currencies, least: least.toFixed(), most: most?.toFixed() ?? null },
      fee: "0",
    })),
    rates: [...currencies]
      .filter((currency) => currency !== "USD")
      .sort()
      .map((currency) => ({ currency, usdPerUnit: null, date: null, ...rates.get(currency) })),
  };
}
