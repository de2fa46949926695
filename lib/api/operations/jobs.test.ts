import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jobs } from "#lib/jobs/list";
import { type Jobs, startJobs } from "#lib/jobs/live";
import { config } from "#lib/runtime/config";
import { listJobRunsOperation, listJobsOperation, runJobOperation } from "./jobs.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let running: Jobs | undefined;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await running?.stop();
  await api.stop();
});

describe("the jobs API", () => {
  it("lists every job in pages, before and after it has run", async () => {
    const first = await api.call(listJobsOperation, { query: { limit: 1 } });
    expect(first.body.items).toHaveLength(1);
    expect(first.body.items[0]).toMatchObject({ lastRun: null, failures: 0, nextRunAt: null });
    const rest = await api.call(listJobsOperation, { query: { cursor: first.body.nextCursor } });
    const names = [...first.body.items, ...rest.body.items].map((job) => job.name);
    expect(names).toEqual(jobs.map((job) => job.name).sort());
    expect(rest.body.nextCursor).toBeNull();
  });

  it("says that a node without jobs cannot run one", async () => {
    const refused = await api.call(runJobOperation, { params: { name: "spent-links" } });
    expect(refused).toMatchObject({ status: 503, body: { code: "jobs_not_running" } });
  });

  it("runs every job once when it is asked to, and each ends well", async () => {
    running = await startJobs({ url: config().databaseDirectUrl ?? "", jobs, pollSeconds: 0.5 });
    for (const { name } of jobs) {
      const asked = await api.call(runJobOperation, { params: { name } });
      expect(asked).toMatchObject({ status: 201, body: { job: name, state: "queued", startedBy: "owner" } });
    }
    for (const { name } of jobs) {
      const run = await ended(name);
      expect(run).toMatchObject({ job: name, state: "done", error: null });
      expect(Object.keys(run.result)).not.toHaveLength(0);
    }
    const listed = await api.call(listJobsOperation);
    for (const job of listed.body.items) {
      expect(job.lastRun.state).toBe("done");
      expect(Date.parse(job.nextRunAt)).toBeGreaterThan(Date.now());
    }
  });

  it("knows no job of another name, and lets support staff do nothing here", async () => {
    expect((await api.call(runJobOperation, { params: { name: "mine" } })).status).toBe(404);
    expect((await api.call(listJobRunsOperation, { params: { name: "mine" } })).status).toBe(404);
    const support = await api.as("support");
    expect((await support(listJobsOperation)).status).toBe(403);
    expect((await support(runJobOperation, { params: { name: "spent-links" } })).status).toBe(403);
  });
});

async function ended(name: string) {
  for (const until = Date.now() + 20_000; Date.now() < until; ) {
    const { body } = await api.call(listJobRunsOperation, { params: { name } });
    const [run] = body.items;
    if (run?.finishedAt) return run;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${name} did not end in time`);
}
