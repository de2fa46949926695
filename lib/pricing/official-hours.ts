import type { ConditionalPrice, ModelInfo, ModelPrice } from "@pydantic/genai-prices";
import { slotMinutes, slotsPerDay } from "./hours.ts";

export type HourlyPrices = { from: number; to: number; prices: ModelPrice };

/**
 * The last price that holds at each half hour of the day; as the price itself that of most of the day, as hours the
 * others. Hours that begin or end between half hours are none here: the price of most of the day then stands for all.
 */
export function pricesInForce(
  prices: ModelInfo["prices"],
  asOf: string,
): { prices: ModelPrice; hours: HourlyPrices[] } {
  if (!Array.isArray(prices)) return { prices, hours: [] };
  const started = prices.filter(({ constraint }) => hasStarted(constraint, asOf));
  const bySlot = Array.from({ length: slotsPerDay }, (_, slot) => {
    const minute = slot * slotMinutes;
    return started.findLast(({ constraint }) => isAt(constraint, minute))?.prices ?? {};
  });
  const texts = bySlot.map((one) => JSON.stringify(one));
  const lengthOf = (text: string) => texts.filter((one) => one === text).length;
  const usual = texts.reduce(
    (most, text) => (lengthOf(text) > lengthOf(most) ? text : most),
    texts[0] ?? "{}",
  );
  const usualPrices = bySlot[texts.indexOf(usual)] ?? {};
  const isWhole = started.every(({ constraint }) =>
    timesOf(constraint).every((one) => one % slotMinutes === 0),
  );
  if (!isWhole) return { prices: usualPrices, hours: [] };
  return {
    prices: usualPrices,
    hours: runsOf(texts, usual).map((run) => ({ ...run, prices: bySlot[run.from / slotMinutes] ?? {} })),
  };
}

/** Where the day leaves its usual price, as minutes from and to; a run over midnight is one. */
function runsOf(texts: readonly string[], usual: string): { from: number; to: number }[] {
  const before = (slot: number) => texts[(slot + slotsPerDay - 1) % slotsPerDay];
  const starts = texts.flatMap((text, slot) => (text !== usual && text !== before(slot) ? [slot] : []));
  return starts.map((from) => {
    let to = from;
    while (texts[to % slotsPerDay] === texts[from]) to += 1;
    return { from: from * slotMinutes, to: (to % slotsPerDay) * slotMinutes };
  });
}

/** "16:30:00Z" is minute 990. */
function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

function timesOf(constraint: ConditionalPrice["constraint"]): number[] {
  if (constraint?.type !== "time_of_date") return [];
  return [minuteOf(constraint.start_time), minuteOf(constraint.end_time)];
}

/** From its start until before its end, over midnight where it ends before it starts; always without hours. */
function isAt(constraint: ConditionalPrice["constraint"], minute: number): boolean {
  const [from, to] = timesOf(constraint);
  if (from === undefined || to === undefined) return true;
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

function hasStarted(constraint: ConditionalPrice["constraint"], asOf: string): boolean {
  return constraint?.type !== "start_date" || constraint.start_date <= asOf;
}
