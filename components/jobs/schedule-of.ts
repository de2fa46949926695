/** A cron schedule that people say in words: every hour or every day at one time. Null: only cron says it. */
export function scheduleOf(
  cron: string,
): { kind: "hourly"; minute: string } | { kind: "daily"; time: string } | null {
  const [minute = "", hour = "", ...rest] = cron.trim().split(/\s+/);
  if (rest.join(" ") !== "* * *" || !/^\d{1,2}$/.test(minute)) return null;
  if (hour === "*") return { kind: "hourly", minute: minute.padStart(2, "0") };
  if (!/^\d{1,2}$/.test(hour)) return null;
  return { kind: "daily", time: `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}` };
}
