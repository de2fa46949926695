import type pg from "pg";
import { inPoolTransaction, type Queryable } from "#lib/db/pool";
import type { Settlement } from "#lib/settlement/batch";
import { freeHolds } from "#lib/settlement/hold-store";
import { applySettlements } from "#lib/settlement/store";
import type { Task, TaskHold, TaskState, TaskStore } from "./task.ts";

/** Whose a hold is that no node's start may free: docs/decisions/0020-tasks.md. */
const NO_NODE = "00000000-0000-0000-0000-000000000000";
const DEADLINE_MS = 10_000;

/** The database's tasks. */
export function taskStore(pool: pg.Pool, newId: () => string): TaskStore {
  const write = (client: pg.PoolClient, settlement: Settlement) =>
    applySettlements(client, [settlement], newId, {});
  return {
    begin: (task, call, key) =>
      inPoolTransaction(
        async (client) => {
          // First, and so the fence: a call that was given up has a row already, and its hold is gone.
          await write(client, call);
          if (!(await insertTask(client, task))) return;
          const moved = await client.query("UPDATE hot.hold SET node_id = $2 WHERE request_id = $1", [
            task.id,
            NO_NODE,
          ]);
          if (moved.rowCount !== 1) throw new Error("the task's hold is gone");
          if (key !== undefined)
            await client.query(
              "UPDATE hot.task_key SET task_id = $4 WHERE account_id = $1 AND key_hash = $2 AND request_id = $3",
              [key.accountId, key.keyHash, key.requestId, task.id],
            );
        },
        pool,
        DEADLINE_MS,
      ),
    find: async (id) => (await tasks(pool, "SELECT * FROM hot.task WHERE id = $1", [id]))[0],
    end: (id, state, settlementOf) =>
      inPoolTransaction(
        async (client) => {
          const won = await client.query(
            `UPDATE hot.task SET state = $2, ended_at = clock_timestamp() WHERE id = $1 AND state = 'running'`,
            [id, state],
          );
          if (won.rowCount === 0) return stateOf(client, id);
          const settlement = settlementOf(await holdOf(client, id));
          await write(client, settlement);
          await freeHolds(client, [id]);
          await client.query("UPDATE hot.task SET settlement_id = $2 WHERE id = $1", [
            id,
            settlement.row.requestId,
          ]);
          return state;
        },
        pool,
        DEADLINE_MS,
      ),
    async markDeleted(id) {
      await pool.query("UPDATE hot.task SET state = 'deleted' WHERE id = $1 AND state <> 'running'", [id]);
    },
    // The older a task, the longer its pauses: from 5 s to 5 minutes.
    takeDue: (most) =>
      tasks(
        pool,
        `UPDATE hot.task SET look_at = clock_timestamp()
           + least(greatest((clock_timestamp() - created_at) / 4, interval '5 s'), interval '5 min')
         WHERE id IN (SELECT id FROM hot.task WHERE state = 'running' AND look_at <= clock_timestamp()
           ORDER BY look_at LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING *`,
        [most],
      ),
    ...keyStore(pool),
    async forget(endedBeforeMs) {
      await pool.query("DELETE FROM hot.task WHERE ended_at < $1", [new Date(endedBeforeMs)]);
      await pool.query("DELETE FROM hot.task_key WHERE claimed_at < clock_timestamp() - interval '24 h'");
    },
  };
}

function keyStore(pool: pg.Pool): Pick<TaskStore, "claim" | "release"> {
  return {
    async claim({ accountId, keyHash, bodyHash, requestId }) {
      // Taken over: what is a day old, and what a crash has left (nothing is held for it, and it has made nothing).
      const { rowCount } = await pool.query(
        `INSERT INTO hot.task_key AS k (account_id, key_hash, body_hash, request_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, key_hash) DO UPDATE
           SET body_hash = $3, request_id = $4, claimed_at = clock_timestamp(), task_id = NULL
           WHERE k.claimed_at < clock_timestamp() - interval '24 h'
              OR (k.task_id IS NULL AND k.claimed_at < clock_timestamp() - interval '10 s'
                AND NOT EXISTS (SELECT 1 FROM hot.hold h WHERE h.request_id = k.request_id))`,
        [accountId, keyHash, bodyHash, requestId],
      );
      if (rowCount === 1) return { kind: "mine" };
      const { rows } = await pool.query(
        "SELECT body_hash = $3 AS same, task_id FROM hot.task_key WHERE account_id = $1 AND key_hash = $2",
        [accountId, keyHash, bodyHash],
      );
      const [found] = rows;
      if (found === undefined) return { kind: "running" };
      if (found.same !== true) return { kind: "other" };
      return found.task_id === null ? { kind: "running" } : { kind: "made", taskId: found.task_id };
    },
    async release({ accountId, keyHash, requestId }) {
      await pool.query(
        "DELETE FROM hot.task_key WHERE account_id = $1 AND key_hash = $2 AND request_id = $3 AND task_id IS NULL",
        [accountId, keyHash, requestId],
      );
    },
  };
}

/** False: it stands already. The first look is after ten seconds: most who ask look themselves. */
async function insertTask(client: pg.PoolClient, task: Task): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO hot.task (id, created_at, account_id, key_id, kind, model, channel_id, credential_id, upstream_id, images,
       seconds, image_kind, look_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, clock_timestamp() + interval '10 s')
     ON CONFLICT (id) DO NOTHING`,
    [
      ...[task.id, new Date(task.createdAtMs), task.accountId, task.keyId, task.kind, task.model],
      ...[task.channelId, task.credentialId, task.upstreamId, task.images, task.seconds, task.imageKind],
    ],
  );
  return rowCount === 1;
}

async function stateOf(client: pg.PoolClient, id: string): Promise<TaskState | undefined> {
  const { rows } = await client.query<{ state: TaskState }>("SELECT state FROM hot.task WHERE id = $1", [id]);
  return rows[0]?.state;
}

async function holdOf(client: pg.PoolClient, id: string): Promise<TaskHold> {
  const { rows } = await client.query(
    "SELECT amount, period_start, log FROM hot.hold WHERE request_id = $1",
    [id],
  );
  const [hold] = rows;
  if (hold === undefined) throw new Error("the task's hold is gone");
  return {
    amountNanoUsd: hold.amount,
    periodStartMs: hold.period_start?.getTime() ?? null,
    log: hold.log,
  };
}

async function tasks(on: Queryable, sql: string, values: unknown[]): Promise<Task[]> {
  const { rows } = await on.query(sql, values);
  return rows.map((row) => ({
    id: row.id,
    createdAtMs: row.created_at.getTime(),
    accountId: row.account_id,
    keyId: row.key_id,
    kind: row.kind,
    state: row.state,
    model: row.model,
    channelId: row.channel_id,
    credentialId: row.credential_id,
    upstreamId: row.upstream_id,
    images: row.images,
    seconds: row.seconds,
    imageKind: row.image_kind,
  }));
}
