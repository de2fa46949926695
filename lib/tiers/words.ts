import type { Figures } from "./schema.ts";

type Locale = "en" | "zh";

/** Why a tier was reached, or is not any more, in a sentence with its figures. "" where people decided. */
export function explain(figures: Figures | null, isReached: boolean, locale: Locale): string {
  if (figures === null) return "";
  return figures.kind === "daily"
    ? explainDays(figures, isReached, locale)
    : explainRecharges(figures, isReached, locale);
}

function explainRecharges(figures: Figures, isReached: boolean, locale: Locale): string {
  const { kind, currency, value, threshold } = figures;
  if (locale === "zh") {
    const what = kind === "single" ? "单笔充值" : "累计充值";
    return isReached
      ? `${what} ${value} ${currency}，已达到 ${threshold} ${currency}。`
      : `${what}现为 ${value} ${currency}，低于所需的 ${threshold} ${currency}。`;
  }
  const what = kind === "single" ? "The largest recharge is" : "Recharges come to";
  return isReached
    ? `${what} ${value} ${currency}: ${threshold} ${currency} are reached.`
    : `${what} ${value} ${currency} now, and ${threshold} ${currency} are needed.`;
}

function explainDays(
  { days, threshold, timeZone, value }: Figures,
  isReached: boolean,
  locale: Locale,
): string {
  const first = days[0]?.day ?? "";
  const last = days.at(-1)?.day ?? "";
  const zone = timeZone ?? "UTC";
  const low = days.find(({ spent }) => spent === value);
  if (locale === "zh") {
    return isReached
      ? `${first} 至 ${last}（${zone}）连续 ${days.length} 天每天消费超过 ${threshold} USD，最低一天为 ${value} USD。`
      : `${low?.day ?? last}（${zone}）消费 ${value} USD；需连续 ${days.length} 天每天超过 ${threshold} USD。`;
  }
  return isReached
    ? `More than ${threshold} USD were spent on each of the ${days.length} days from ${first} to ${last} (${zone}); the least was ${value} USD.`
    : `On ${low?.day ?? last} (${zone}) ${value} USD were spent; more than ${threshold} USD on each of ${days.length} days in a row are needed.`;
}
