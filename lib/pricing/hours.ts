import { remembered, sameFactors, withFactors } from "./factors.ts";
import type { PriceComponents, PriceHours } from "./units.ts";

/** Hours begin and end on these: usage is kept by the half hour, so that a new price can be tried on it. */
export const slotMinutes = 30;
export const slotsPerDay = 48;
const minutesPerDay = slotMinutes * slotsPerDay;

const inHours = remembered<PriceHours>(({ hours: _, ...base }, { factors }) => withFactors(base, factors));
const base = remembered<readonly PriceHours[]>(({ hours: _, ...rest }) => rest);

/** The prices of a call that is admitted at `atMs` (ms since the epoch): without hours any more, tiers and images kept. */
export function pricesAtHour(components: PriceComponents, atMs: number): PriceComponents {
  const { hours } = components;
  if (hours === undefined) return components;
  const held = hoursAt(hours, atMs);
  return held === undefined ? base(components, hours) : inHours(components, held);
}

/** Which of the hours a moment falls in. */
export function hoursAt(hours: readonly PriceHours[], atMs: number): PriceHours | undefined {
  const minute = Math.floor(atMs / 60_000) % minutesPerDay;
  return hours.find((one) => covers(one, minute));
}

/** The half hour of the UTC day that a moment falls in, 0 to 47: as rollups number them. */
export function slotOf(atMs: number): number {
  return Math.floor(atMs / (slotMinutes * 60_000)) % slotsPerDay;
}

/** A moment of a half hour, ms since the epoch. */
export function momentOfSlot(slot: number): number {
  return slot * slotMinutes * 60_000;
}

/** The half hours at which some price changes; 0, where the day begins, always. Ascending. */
export function slotCuts(...prices: readonly (PriceComponents | undefined)[]): number[] {
  const cuts = prices.flatMap((one) => one?.hours?.flatMap(({ from, to }) => [from, to]) ?? []);
  return [...new Set([0, ...cuts.map((minute) => minute / slotMinutes)])].sort((left, right) => left - right);
}

/** Whether no half hour of the day is in two of them, and all begin and end on one. */
export function areApart(hours: readonly Pick<PriceHours, "from" | "to">[]): boolean {
  const isWhole = hours.every(({ from, to }) => from !== to && isSlot(from) && isSlot(to));
  const slots = Array.from({ length: slotsPerDay }, (_, slot) => slot * slotMinutes);
  return isWhole && slots.every((minute) => hours.filter((one) => covers(one, minute)).length <= 1);
}

/** In any order, found by where they begin: no two of one price begin at the same minute (areApart). */
export function sameHours(left: readonly PriceHours[] = [], right: readonly PriceHours[] = []): boolean {
  return (
    left.length === right.length &&
    left.every(({ from, to, factors }) => {
      const other = right.find((one) => one.from === from);
      return other?.to === to && sameFactors(factors, other.factors);
    })
  );
}

function covers({ from, to }: Pick<PriceHours, "from" | "to">, minute: number): boolean {
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

function isSlot(minute: number): boolean {
  return minute >= 0 && minute < minutesPerDay && minute % slotMinutes === 0;
}
