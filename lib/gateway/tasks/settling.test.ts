import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool, queryRows } from "#lib/db/pool";
import { directFunds } from "#lib/funds/store";
import { proveLedger } from "#lib/ledger/proof-store";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import { newId } from "#lib/runtime/id";
import { createSettlementWriter } from "#lib/settlement/live";
import { taskStore } from "#lib/tasks/store";
import type { Task, TaskHold } from "#lib/tasks/task";
import { startTestGateway, type TestGateway } from "../testing.ts";

const FUNDS = 1_000n;
const HOLD = 300n;
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => {
  expect((await proveLedger(pool())).differences).toEqual([]);
  await gateway.stop();
});

/** A call whose money is held, as of a node of its own, and the task that it would make. */
async function held() {
  const accountId = await gateway.addAccount({ balanceNanoUsd: FUNDS });
  const [id, nodeId, keyId, createdAtMs] = [newId(), newId(), newId(), Date.now()];
  const log = { accountId, keyId, model: "m", createdAtMs };
  const hold = { requestId: id, accountId, keyId, amountNanoUsd: HOLD, budget: null, log: () => log };
  expect(await directFunds(pool(), nodeId).hold(hold)).toBe("ok");
  const row: RequestLogRow = { ...emptyRow, ...log, requestId: id, nodeId, status: 200 };
  const task: Task = {
    ...{ id, createdAtMs, accountId, keyId, kind: "task", state: "running", model: "m", channelId: newId() },
    ...{ credentialId: "none", upstreamId: "up", images: 3, seconds: 0, imageKind: null },
  };
  return {
    accountId,
    task,
    row,
    begin: () => store().begin(task, { held: false, periodStartMs: null, row }, undefined),
  };
}
const store = () => taskStore(pool(), () => newId());
const billed = (task: Task, costNanoUsd: bigint) => (hold: TaskHold) => ({
  held: false,
  periodStartMs: null,
  row: {
    ...emptyRow,
    ...hold.log,
    requestId: newId(),
    createdAtMs: Date.now(),
    parentId: task.id,
    costNanoUsd,
  },
});

describe("a task's money", () => {
  it("moves to it once, however often that is tried", async () => {
    const { begin, accountId, task } = await held();
    await begin();
    await begin();
    expect(await gateway.funds(accountId)).toEqual({ balance: FUNDS, held: HOLD });
    expect(await queryRows("SELECT node_id FROM hot.hold WHERE request_id = $1", [task.id])).toEqual([
      { node_id: "00000000-0000-0000-0000-000000000000" },
    ]);
  });

  it("is free where the call was given up, and no task comes of it any more", async () => {
    const { begin, accountId, row, task } = await held();
    const writer = createSettlementWriter({ pool: pool(), newId: () => newId() });
    await writer.settle({
      held: true,
      periodStartMs: null,
      row: { ...row, status: 503, errorCode: "overloaded" },
    });
    await expect(begin()).rejects.toThrow();
    expect(await store().find(task.id)).toBeUndefined();
    expect(await gateway.funds(accountId)).toEqual({ balance: FUNDS, held: 0n });
  });

  it("stays the task's where its call is given up too late", async () => {
    const { begin, accountId, row } = await held();
    await begin();
    const writer = createSettlementWriter({ pool: pool(), newId: () => newId() });
    await writer.settle({
      held: true,
      periodStartMs: null,
      row: { ...row, status: 503, errorCode: "overloaded" },
    });
    expect(await gateway.funds(accountId)).toEqual({ balance: FUNDS, held: HOLD });
  });

  it("is settled by one of all who see its end at once, and all hear the same", async () => {
    const { begin, accountId, task } = await held();
    await begin();
    const states = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        store().end(
          task.id,
          index % 3 === 0 ? "failed" : "succeeded",
          billed(task, index % 3 === 0 ? 0n : 100n),
        ),
      ),
    );
    expect(new Set(states).size).toBe(1);
    const cost = states[0] === "failed" ? 0n : 100n;
    expect(await gateway.funds(accountId)).toEqual({ balance: FUNDS - cost, held: 0n });
    const rows = await queryRows("SELECT cost FROM hot.request_log WHERE parent_id = $1", [task.id]);
    expect(rows).toEqual([{ cost }]);
  });

  it("is looked after by one node at a time", async () => {
    const tasks = await Promise.all(Array.from({ length: 20 }, held));
    for (const { begin } of tasks) await begin();
    await pool().query("UPDATE hot.task SET look_at = now() WHERE state = 'running'");
    const taken = (await Promise.all(Array.from({ length: 6 }, () => store().takeDue(5)))).flat();
    expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length);
    expect(taken.length).toBeGreaterThan(0);
  });
});
