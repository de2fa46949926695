type Schedule =
  | { kind: "often"; minutes: number }
  | { kind: "hourly"; minute: string }
  | { kind: "daily"; time: string }
  | { kind: "weekly"; day: string; time: string };

/**
 * A cron schedule that people say in words: every few minutes, every hour, or every day or one day of the week
 * (0 = Sunday) at one time.
 * Null: only cron says it.
 */
export function scheduleOf(cron: string): Schedule | null {
  const [minute = "", hour = "", ...rest] = cron.trim().split(/\s+/);
  const day = /^\* \* ([0-6*])$/.exec(rest.join(" "))?.[1];
  const step = /^\*\/(\d{1,2})$/.exec(minute)?.[1];
  if (day === "*" && hour === "*" && step !== undefined) return { kind: "often", minutes: Number(step) };
  if (day === undefined || !/^\d{1,2}$/.test(minute)) return null;
  if (hour === "*" && day === "*") return { kind: "hourly", minute: minute.padStart(2, "0") };
  if (!/^\d{1,2}$/.test(hour)) return null;
  const time = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  return day === "*" ? { kind: "daily", time } : { kind: "weekly", day, time };
}
