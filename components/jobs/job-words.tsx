"use client";

import { useTranslations } from "next-intl";
import type { JobAnswer } from "#lib/jobs/schema";
import { scheduleOf } from "./schedule-of.ts";

/** A job's name as people say it. A test holds the messages to the list of jobs. */
export function useJobName(): (name: string) => string {
  const t = useTranslations("jobs.names");
  return (name) => (t.has(name as never) ? t(name as never) : name);
}

/** When a job runs: "daily at 03:41 UTC", or its cron fields where words would be longer. */
export function JobSchedule({ job }: { job: Pick<JobAnswer, "schedule" | "timeZone"> }) {
  const t = useTranslations("jobs");
  const said = scheduleOf(job.schedule);
  if (said === null) return <code>{`${job.schedule} ${job.timeZone}`}</code>;
  if (said.kind === "often") return t("often", { minutes: said.minutes });
  if (said.kind === "hourly") return t("hourly", { minute: said.minute });
  if (said.kind === "weekly") return t("weekly", { day: said.day, time: said.time, zone: job.timeZone });
  return t("daily", { time: said.time, zone: job.timeZone });
}

/** 840 ms, 3.2 s */
export function durationText(ms: number | null): string {
  if (ms === null) return "–";
  return ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
