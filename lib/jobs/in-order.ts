import type { JobAnswer } from "./schema.ts";
import type { JobSort } from "./sorts.ts";

/** Where a page of jobs ended: what the last one was ordered by (null: it had none), and its name. */
export type JobPosition = readonly [key: string | number | null, name: string];

/** Jobs by what `sort` names, equal ones by name, those without it last in both directions; only what comes after a position. */
export function inOrder(jobs: readonly JobAnswer[], sort: JobSort, after?: JobPosition): JobAnswer[] {
  const direction = sort.startsWith("-") ? -1 : 1;
  return jobs
    .map((job) => ({ job, position: positionOfJob(sort, job) }))
    .filter(({ position }) => after === undefined || compare(position, after, direction) > 0)
    .sort((one, other) => compare(one.position, other.position, direction))
    .map(({ job }) => job);
}

/** What a job is ordered by. */
export function positionOfJob(sort: JobSort, job: JobAnswer): JobPosition {
  const field = sort.replace("-", "");
  if (field === "lastRun") return [job.lastRun?.startedAt ?? null, job.name];
  if (field === "duration") return [job.lastRun?.durationMs ?? null, job.name];
  if (field === "nextRun") return [job.nextRunAt, job.name];
  return [job.name, job.name];
}

function compare([key, name]: JobPosition, [otherKey, otherName]: JobPosition, direction: number): number {
  if (key !== otherKey) {
    if (key === null) return 1;
    if (otherKey === null) return -1;
    return key < otherKey ? -direction : direction;
  }
  return name < otherName ? -1 : name > otherName ? 1 : 0;
}
