import { z } from "zod";
import { decodeCursor, toPage } from "#lib/core/page";
import type { PageOf } from "#lib/core/shapes";
import { jsonNull, prisma } from "#lib/db/client";
import type { JobRun } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import type { JobResult } from "./job.ts";
import type { JobRunAnswer, ListJobRuns } from "./schema.ts";

/** Runs of one job that are kept; older ones go when a newer one ends. */
const KEPT_RUNS = 200;
/** A running job says that it lives more often than this. */
const SILENCE_MS = 90_000;

/** Notes that someone asked for a run, in the transaction that asks the queue for it. */
export async function queueRun(
  tx: Transaction,
  run: { id: string; job: string; startedBy: string },
): Promise<JobRunAnswer> {
  return toAnswer(await tx.jobRun.create({ data: { ...run, state: "queued" } }));
}

/** Notes that a run has begun on this node. */
export async function startRun(id: string, job: string, at: Date): Promise<void> {
  const begun = { state: "running", startedAt: at, aliveAt: at };
  await prisma().jobRun.upsert({
    where: { id },
    create: { id, job, createdAt: at, ...begun },
    update: begun,
  });
}

/** Says that a run goes on. */
export async function keepRunAlive(id: string, at: Date): Promise<void> {
  await prisma().jobRun.updateMany({ where: { id, state: "running" }, data: { aliveAt: at } });
}

/** Notes how a run ended, and forgets the runs that are too old to be kept. */
export async function finishRun(
  run: { id: string; job: string },
  outcome: { result: JobResult } | { error: string },
  at: Date,
): Promise<void> {
  const ended =
    "error" in outcome
      ? { state: "failed", error: outcome.error, result: jsonNull }
      : { state: "done", error: null, result: outcome.result };
  await prisma().jobRun.updateMany({ where: { id: run.id }, data: { ...ended, finishedAt: at } });
  await prisma().$executeRaw`
    DELETE FROM job_run WHERE job = ${run.job} AND id NOT IN (
      SELECT id FROM job_run WHERE job = ${run.job} ORDER BY created_at DESC LIMIT ${KEPT_RUNS})`;
}

/** The newest run of each job and how many of the kept ones failed. */
export async function lastRuns(): Promise<Map<string, { last: JobRunAnswer; failures: number }>> {
  const [newest, failed] = await Promise.all([
    prisma().jobRun.findMany({ distinct: ["job"], orderBy: [{ job: "asc" }, { createdAt: "desc" }] }),
    prisma().jobRun.groupBy({ by: ["job"], where: { state: "failed" }, _count: true }),
  ]);
  const failures = new Map(failed.map((row) => [row.job, row._count]));
  return new Map(
    newest.map((row) => [row.job, { last: toAnswer(row), failures: failures.get(row.job) ?? 0 }]),
  );
}

/** One page of a job's runs, newest first. */
export async function listRuns(job: string, query: ListJobRuns): Promise<PageOf<JobRunAnswer>> {
  const before = decodeCursor(query.cursor, z.tuple([z.iso.datetime(), z.uuid()]));
  const rows = await prisma().jobRun.findMany({
    where: {
      job,
      ...(before === undefined
        ? {}
        : { OR: [{ createdAt: { lt: before[0] } }, { createdAt: before[0], id: { lt: before[1] } }] }),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: query.limit + 1,
  });
  return toPage(rows, query.limit, toAnswer, (row) => [row.createdAt.toISOString(), row.id]);
}

function toAnswer(row: JobRun): JobRunAnswer {
  const { id, job, startedBy, startedAt, finishedAt } = row;
  // Its process was killed: nobody was left to write that down.
  const isLost = row.state === "running" && Date.now() - (row.aliveAt?.getTime() ?? 0) > SILENCE_MS;
  return {
    id,
    job,
    startedBy,
    state: isLost ? "failed" : stateOf(row.state),
    createdAt: row.createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
    durationMs: startedAt && finishedAt ? finishedAt.getTime() - startedAt.getTime() : null,
    result: row.result === null ? {} : (row.result as Record<string, number | string>),
    error: isLost ? "The process ended before the job did." : row.error,
  };
}

function stateOf(state: string): JobRunAnswer["state"] {
  return state === "queued" || state === "running" || state === "done" ? state : "failed";
}
