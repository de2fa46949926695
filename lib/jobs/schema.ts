import { z } from "zod";
import { lineInput, pageAnswer, pageFields, timeAnswer } from "#lib/core/shapes";
import { jobSorts } from "./sorts.ts";

/** One run of a job. `queued` until a node takes it; a run whose process ended is `failed`. */
export const jobRunAnswer = z
  .object({
    id: z.string(),
    job: z.string(),
    startedBy: z.string().meta({ description: "Who asked for it; empty: the schedule" }),
    state: z.enum(["queued", "running", "done", "failed"]),
    createdAt: timeAnswer,
    startedAt: timeAnswer.nullable(),
    finishedAt: timeAnswer.nullable(),
    durationMs: z.number().int().nullable(),
    result: z.record(z.string(), z.union([z.number(), z.string()])),
    error: z.string().nullable(),
  })
  .meta({ id: "JobRun" });

/** A job: when it runs, how it last went. */
export const jobAnswer = z
  .object({
    name: z.string().meta({ examples: ["outbox-retention"] }),
    schedule: z.string().meta({ description: "Five cron fields", examples: ["17 3 * * *"] }),
    timeZone: z.string(),
    nextRunAt: timeAnswer.nullable(),
    lastRun: jobRunAnswer.nullable(),
    failures: z.number().int().meta({ description: "Failed runs among those that are kept" }),
  })
  .meta({ id: "Job" });

export const jobParams = z.object({ name: lineInput(64) });
export const listJobsQuery = z.strictObject({ ...pageFields, sort: z.enum(jobSorts).default("name") });
export const jobPage = pageAnswer(jobAnswer);
export const listJobRunsQuery = z.strictObject(pageFields);
export const jobRunPage = pageAnswer(jobRunAnswer);

export type JobAnswer = z.infer<typeof jobAnswer>;
export type JobRunAnswer = z.infer<typeof jobRunAnswer>;
export type ListJobRuns = z.infer<typeof listJobRunsQuery>;
