import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, notFound } from "#lib/core/errors";
import { inTransaction } from "#lib/db/transaction";
import { newId } from "#lib/runtime/id";
import { peekSingleton } from "#lib/runtime/singletons";
import type { Job } from "./job.ts";
import type { Jobs } from "./live.ts";
import type { JobAnswer, JobRunAnswer } from "./schema.ts";
import { lastRuns, queueRun } from "./store.ts";

/** Every job with its next and its last run. */
export async function describeJobs(jobs: readonly Job[]): Promise<JobAnswer[]> {
  const runs = await lastRuns();
  const running = peekSingleton<Jobs>("jobs");
  return jobs.map(({ name, schedule, timeZone }) => ({
    name,
    schedule,
    timeZone,
    nextRunAt: running?.nextRunAt(name)?.toISOString() ?? null,
    lastRun: runs.get(name)?.last ?? null,
    failures: runs.get(name)?.failures ?? 0,
  }));
}

/**
 * Has a job run now, on whichever node is first. Throws 404 for a job that does not exist, 409 `job_running` when a run
 * is queued or under way, 503 `jobs_not_running` on a node that does no jobs.
 */
export async function runJob(actor: Actor, jobs: readonly Job[], name: string): Promise<JobRunAnswer> {
  if (!jobs.some((job) => job.name === name)) throw notFound("job");
  const running = peekSingleton<Jobs>("jobs");
  if (running === undefined) throw jobsNotRunning();
  return inTransaction(async (tx) => {
    const id = newId();
    const run = await queueRun(tx, { id, job: name, startedBy: actor.name });
    if (!(await running.enqueue(tx, name, id))) throw isUnderWay(name);
    await audit(tx, actor, { action: "job.run", targetType: "job", targetId: name });
    return run;
  });
}

function jobsNotRunning(): AppError {
  return new AppError({
    code: "jobs_not_running",
    status: 503,
    message: "This node does no jobs (yet). Try again in a moment.",
  });
}

function isUnderWay(name: string): AppError {
  return new AppError({
    code: "job_running",
    status: 409,
    message: `${name} is queued or runs already. It can be started again when it has ended.`,
  });
}
