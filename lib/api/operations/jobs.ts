import { z } from "zod";
import { operation } from "#lib/api/operation";
import { notFound } from "#lib/core/errors";
import { decodeCursor, toPage } from "#lib/core/page";
import { inOrder, positionOfJob } from "#lib/jobs/in-order";
import { jobs } from "#lib/jobs/list";
import {
  jobPage,
  jobParams,
  jobRunAnswer,
  jobRunPage,
  listJobRunsQuery,
  listJobsQuery,
} from "#lib/jobs/schema";
import { describeJobs, runJob } from "#lib/jobs/service";
import { listRuns } from "#lib/jobs/store";

const tag = "Jobs";

export const listJobsOperation = operation({
  id: "listJobs",
  method: "GET",
  path: "/api/jobs",
  summary: "What Tollgate does by itself, by name unless sorted: when, and how it last went",
  tag,
  permission: "jobs.read",
  query: listJobsQuery,
  answer: jobPage,
  async run({ query }) {
    const { sort } = query;
    const position = z.tuple([z.literal(sort), z.union([z.string(), z.number()]).nullable(), z.string()]);
    const [, ...after] = decodeCursor(query.cursor, position) ?? [];
    const described = await describeJobs(jobs);
    return toPage(
      inOrder(described, sort, after.length === 0 ? undefined : after),
      query.limit,
      (job) => job,
      (job) => [sort, ...positionOfJob(sort, job)],
    );
  },
});

export const listJobRunsOperation = operation({
  id: "listJobRuns",
  method: "GET",
  path: "/api/jobs/{name}/runs",
  summary: "The kept runs of a job, newest first",
  tag,
  permission: "jobs.read",
  params: jobParams,
  query: listJobRunsQuery,
  answer: jobRunPage,
  async run({ params, query }) {
    if (!jobs.some((job) => job.name === params.name)) throw notFound("job");
    return listRuns(params.name, query);
  },
});

export const runJobOperation = operation({
  id: "runJob",
  method: "POST",
  path: "/api/jobs/{name}/run",
  summary: "Run a job now, on whichever node is first; 409 while it runs already",
  tag,
  permission: "jobs.write",
  params: jobParams,
  answer: jobRunAnswer,
  status: 201,
  idempotent: true,
  run: ({ actor, params }) => runJob(actor, jobs, params.name),
});
