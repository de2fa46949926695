import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestConsole } from "#lib/api/testing";
import { prisma } from "#lib/db/client";
import { config } from "#lib/runtime/config";
import { defineJob, type Job } from "./job.ts";
import { type Jobs, startJobs } from "./live.ts";
import { describeJobs, runJob } from "./service.ts";
import { listRuns } from "./store.ts";

const actor = { type: "user", id: "u1", name: "Ada", role: "owner", ip: null } as const;
const everyMinute = "* * * * *";
const never = "0 0 29 2 *";

let app: Awaited<ReturnType<typeof startTestConsole>>;
const open: Jobs[] = [];

beforeAll(async () => {
  app = await startTestConsole();
});
beforeEach(async () => {
  await Promise.all(open.splice(0).map((jobs) => jobs.stop()));
  await prisma().jobRun.deleteMany();
});
afterAll(async () => {
  await Promise.all(open.splice(0).map((jobs) => jobs.stop()));
  await app.stop();
});

describe("jobs", () => {
  it("run on schedule, once however many nodes there are", async () => {
    const ran: string[] = [];
    const on = (node: string) =>
      start([
        defineJob({
          name: "tick",
          schedule: everyMinute,
          async run() {
            ran.push(node);
            return { node };
          },
        }),
      ]);
    await Promise.all([on("one"), on("two"), on("three")]);
    await until(async () => (await runsOf("tick")).some((run) => run.state === "done"));
    const runs = await runsOf("tick");
    // The minute may turn while this runs; what must not be is two runs of one minute.
    const minutes = runs.map((run) => run.createdAt.slice(0, 16));
    expect(ran).toHaveLength(runs.length);
    expect(new Set(minutes).size).toBe(minutes.length);
    expect(runs[0]).toMatchObject({ state: "done", startedBy: "", error: null, result: { node: ran[0] } });
  });

  it("can be run now, by name, and tell how it went", async () => {
    const jobs = [defineJob({ name: "count", schedule: never, run: async () => ({ counted: 3 }) })];
    await start(jobs);
    const asked = await runJob(actor, jobs, "count");
    expect(asked).toMatchObject({ job: "count", state: "queued", startedBy: "Ada" });
    await until(async () => (await runsOf("count"))[0]?.state === "done");
    const [job] = await describeJobs(jobs);
    expect(job).toMatchObject({ name: "count", schedule: never, failures: 0 });
    expect(job?.lastRun).toMatchObject({ id: asked.id, startedBy: "Ada", result: { counted: 3 } });
    expect(job?.lastRun?.durationMs).toBeGreaterThanOrEqual(0);
    expect(new Date(job?.nextRunAt ?? 0).toISOString()).toMatch(/^20\d\d-02-29T00:00:00/);
    expect(await prisma().auditEntry.count({ where: { action: "job.run", targetId: "count" } })).toBe(1);
  });

  it("record their failure, without the secrets in its text", async () => {
    const run = async () => {
      throw new Error("could not reach https://user:hunter2@example.com");
    };
    const jobs = [defineJob({ name: "broken", schedule: never, run })];
    await start(jobs);
    await runJob(actor, jobs, "broken");
    await until(async () => (await runsOf("broken"))[0]?.state === "failed");
    expect((await runsOf("broken"))[0]?.error).toBe("could not reach https://user:[redacted]@example.com");
    expect((await describeJobs(jobs))[0]?.failures).toBe(1);
  });

  it("never run twice at once: a second wish is refused and leaves no trace", async () => {
    const gate = Promise.withResolvers<void>();
    const jobs = [defineJob({ name: "slow", schedule: never, run: () => gate.promise.then(() => ({})) })];
    await start(jobs);
    await start(jobs);
    await runJob(actor, jobs, "slow");
    await expect(runJob(actor, jobs, "slow")).rejects.toMatchObject({ status: 409, code: "job_running" });
    await until(async () => (await runsOf("slow"))[0]?.state === "running");
    await expect(runJob(actor, jobs, "slow")).rejects.toMatchObject({ code: "job_running" });
    gate.resolve();
    await until(async () => (await runsOf("slow"))[0]?.state === "done");
    expect(await runsOf("slow")).toHaveLength(1);
    await runJob(actor, jobs, "slow");
    await until(async () => (await runsOf("slow")).every((run) => run.state === "done"));
    expect(await runsOf("slow")).toHaveLength(2);
  });

  it("are told when the server stops, and what became of them is written down", async () => {
    const run: Job["run"] = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("told to stop"))));
    const jobs = [defineJob({ name: "endless", schedule: never, run })];
    const node = await startJobs({ ...options(jobs), stopWithinMs: 2_000 });
    await runJob(actor, jobs, "endless");
    await until(async () => (await runsOf("endless"))[0]?.state === "running");
    await node.stop();
    expect((await runsOf("endless"))[0]).toMatchObject({ state: "failed", error: "told to stop" });
    await expect(runJob(actor, jobs, "endless")).rejects.toMatchObject({ code: "jobs_not_running" });
  });

  it("show a run whose process was killed as failed", async () => {
    const long = new Date(Date.now() - 600_000);
    const data = { job: "orphan", state: "running", createdAt: long, startedAt: long, aliveAt: long };
    await prisma().jobRun.create({ data });
    expect((await runsOf("orphan"))[0]).toMatchObject({ state: "failed", finishedAt: null });
  });

  it("keep a bounded history", async () => {
    const data = Array.from({ length: 230 }, (_, index) => ({
      job: "chatty",
      state: "done",
      createdAt: new Date(Date.now() - (index + 1) * 60_000),
    }));
    await prisma().jobRun.createMany({ data });
    const jobs = [defineJob({ name: "chatty", schedule: never, run: async () => ({}) })];
    await start(jobs);
    const { id } = await runJob(actor, jobs, "chatty");
    await until(async () => (await prisma().jobRun.count({ where: { job: "chatty" } })) === 200);
    const first = await listRuns("chatty", { limit: 150 });
    const rest = await listRuns("chatty", { limit: 150, cursor: first.nextCursor ?? "" });
    expect(first.items[0]?.id).toBe(id);
    expect(rest).toMatchObject({ nextCursor: null });
    expect(new Set([...first.items, ...rest.items].map((run) => run.id)).size).toBe(200);
  });

  it("refuse a name or a schedule that could not work", () => {
    const run = async () => ({});
    expect(() => defineJob({ name: "No Name", schedule: never, run })).toThrow("kebab-case");
    expect(() => defineJob({ name: "fine", schedule: "* * * * * *", run })).toThrow("five cron fields");
  });
});

function options(jobs: readonly Job[]) {
  return { url: config().databaseDirectUrl ?? "", jobs, cronSeconds: 1, pollSeconds: 0.5 };
}

async function start(jobs: readonly Job[]): Promise<void> {
  open.push(await startJobs(options(jobs)));
}

async function runsOf(job: string) {
  return (await listRuns(job, { limit: 100 })).items;
}

async function until(isSo: () => Promise<boolean>, withinMs = 20_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error("it did not come to pass in time");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
