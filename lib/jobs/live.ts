import { fromPrisma, PgBoss, type Job as Ticket } from "pg-boss";
import type { Transaction } from "#lib/db/transaction";
import { log } from "#lib/runtime/log";
import { redactText, safeError } from "#lib/runtime/redact";
import { clearSingleton, setSingleton } from "#lib/runtime/singletons";
import { supervise } from "#lib/runtime/supervise";
import type { Job, JobResult } from "./job.ts";
import { finishRun, keepRunAlive, startRun } from "./store.ts";

/** The running jobs of this process, bound once for both copies of this module. */
export type Jobs = {
  /** Asks for a run, in the caller's transaction; some node starts it within seconds. False: one is queued or runs. */
  enqueue(tx: Transaction, name: string, runId: string): Promise<boolean>;
  /** When the schedule starts it next. */
  nextRunAt(name: string): Date | undefined;
  /** Lets running jobs finish for a while, then aborts them. */
  stop(): Promise<void>;
};

type Options = {
  /** The database itself, not a pooler: sessions matter. */
  url: string;
  jobs: readonly Job[];
  /** Seconds between two looks at the clock, and at the queue. */
  cronSeconds?: number;
  pollSeconds?: number;
  stopWithinMs?: number;
};

/** One queue for all: a node asks for work once, not once per job. */
const QUEUE = "jobs";
const SCHEMA = "jobs";
const AT_ONCE = 3;
const HEARTBEAT_SECONDS = 60;
const ALIVE_EVERY_MS = 20_000;
const ASK_EVERY_MS = 10_000;

/**
 * Starts doing jobs on this node. Every node may: a due job runs on one of them, and never twice at once. One whose node
 * is killed is free again a minute later. Jobs that `jobs` does not name any more are taken off the schedule.
 */
export async function startJobs(options: Options): Promise<Jobs> {
  const { jobs, stopWithinMs = 20_000, pollSeconds = 2 } = options;
  const boss = createBoss(options);
  await boss.start();
  await boss.createQueue(QUEUE, { policy: "exclusive", retryLimit: 0, heartbeatSeconds: HEARTBEAT_SECONDS });
  await schedule(boss, jobs);
  const stopping = new AbortController();
  await boss.work<{ job: string }>(
    QUEUE,
    { pollingIntervalSeconds: pollSeconds, localConcurrency: AT_ONCE },
    async ([ticket]) => {
      if (ticket !== undefined) await work(ticket, jobs, stopping.signal);
    },
  );
  // The queue mends itself; this asks whether it does.
  const watcher = supervise({
    name: "jobs",
    maxPauseMs: 10_000,
    async run({ signal, up, pause }) {
      while (!signal.aborted) {
        await boss.getQueue(QUEUE);
        up();
        await pause(ASK_EVERY_MS);
      }
    },
  });
  const running: Jobs = {
    async enqueue(tx, name, runId) {
      const job = jobs.find((candidate) => candidate.name === name);
      if (job === undefined) return false;
      const options = { ...ticketOf(job).options, id: runId, db: fromPrisma(tx) };
      return (await boss.send(QUEUE, { job: name }, options)) !== null;
    },
    nextRunAt(name) {
      const job = jobs.find((candidate) => candidate.name === name);
      return job && boss.previewSchedule(job.schedule, { tz: job.timeZone, count: 1 })[0];
    },
    async stop() {
      clearSingleton("jobs");
      await watcher.stop();
      const impatience = setTimeout(() => stopping.abort(), stopWithinMs / 2);
      await boss.stop({ graceful: true, timeout: stopWithinMs });
      clearTimeout(impatience);
    },
  };
  return setSingleton("jobs", running);
}

function createBoss({ url, cronSeconds = 30 }: Options): PgBoss {
  const boss = new PgBoss({
    connectionString: url,
    schema: SCHEMA,
    max: 4,
    application_name: "tollgate-jobs",
    cronMonitorIntervalSeconds: cronSeconds,
    cronWorkerIntervalSeconds: Math.min(cronSeconds, 5),
  });
  let saidAt = Number.NEGATIVE_INFINITY;
  // While the database is away every poll fails: one line per half minute is enough.
  boss.on("error", (err) => {
    if (performance.now() - saidAt < 30_000) return;
    saidAt = performance.now();
    log().warn({ err }, "the job queue does not answer");
  });
  return boss;
}

async function schedule(boss: PgBoss, jobs: readonly Job[]): Promise<void> {
  for (const job of jobs) {
    const { data, options } = ticketOf(job);
    await boss.schedule(QUEUE, job.schedule, data, {
      ...options,
      key: job.name,
      tz: job.timeZone,
      // Nobody was there when it was due: do it once, now.
      missed: "once",
    });
  }
  for (const { key } of await boss.getSchedules(QUEUE)) {
    if (!jobs.some((job) => job.name === key)) await boss.unschedule(QUEUE, key);
  }
}

function ticketOf(job: Job) {
  return { data: { job: job.name }, options: { singletonKey: job.name, expireInSeconds: job.maxSeconds } };
}

/** Runs what a ticket names and writes down how it went. Its failure is the job's, never the queue's. */
async function work(
  ticket: Ticket<{ job: string }>,
  jobs: readonly Job[],
  stopping: AbortSignal,
): Promise<void> {
  const job = jobs.find((candidate) => candidate.name === ticket.data.job);
  if (job === undefined)
    return log().warn({ job: ticket.data.job }, "a job of another release was left alone");
  const run = { id: ticket.id, job: job.name };
  await startRun(run.id, run.job, new Date());
  const alive = setInterval(() => {
    keepRunAlive(run.id, new Date()).catch((err) =>
      log().warn({ err, job: run.job }, "a job's sign of life failed"),
    );
  }, ALIVE_EVERY_MS);
  try {
    const signal = AbortSignal.any([ticket.signal, stopping]);
    await finishRun(run, await outcomeOf(job, signal), new Date());
  } finally {
    clearInterval(alive);
  }
}

async function outcomeOf(job: Job, signal: AbortSignal): Promise<{ result: JobResult } | { error: string }> {
  try {
    return { result: await job.run({ now: new Date(), signal }) };
  } catch (err) {
    log().error({ err, job: job.name }, "a job failed");
    return { error: textOf(err) };
  }
}

function textOf(error: unknown): string {
  const safe = safeError(error);
  const message = typeof safe === "object" && safe !== null && "message" in safe ? safe.message : error;
  return redactText(String(message)).slice(0, 500);
}
