/** What a job gets to work with. `signal` is aborted when the job's time is up or the server stops. */
export type JobContext = { readonly now: Date; readonly signal: AbortSignal };

/** What a run tells of itself: a few figures, shown on the jobs page. */
export type JobResult = Readonly<Record<string, number | string>>;

export type Job = {
  readonly name: string;
  /** Five cron fields, in `timeZone`. */
  readonly schedule: string;
  readonly timeZone: string;
  /** Longest that a run may take; then its signal is aborted and another node may start it anew. */
  readonly maxSeconds: number;
  run(context: JobContext): Promise<JobResult>;
};

type JobSpec = Omit<Job, "timeZone" | "maxSeconds"> & { timeZone?: string; maxSeconds?: number };

/**
 * Declares a job: something done by one node of all, at the times of `schedule` (five cron fields, UTC unless `timeZone`
 * says otherwise), for at most `maxSeconds` (default 600). It must bear being stopped and run again.
 * Add it to lib/jobs/list.ts and say what it does in the messages, under `jobs.about`.
 */
export function defineJob({ timeZone = "UTC", maxSeconds = 600, ...job }: JobSpec): Job {
  if (!/^[a-z]+(-[a-z]+)*$/.test(job.name)) throw new Error(`${job.name}: a job's name is kebab-case`);
  if (job.schedule.trim().split(/\s+/).length !== 5)
    throw new Error(`${job.name}: five cron fields are expected`);
  return { ...job, timeZone, maxSeconds };
}
