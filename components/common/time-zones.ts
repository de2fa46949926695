/** The time zones that the browser knows; UTC and the current one first, which it may not list. */
export function timeZones(current: string): string[] {
  return [...new Set(["UTC", current, ...Intl.supportedValuesOf("timeZone")])];
}
