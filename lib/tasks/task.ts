import type { RequestLogRow } from "#lib/logs/row";
import type { Settlement } from "#lib/settlement/batch";

/** `task`: of /v3. `video`: of /v1/videos. */
export type TaskProtocol = "task" | "video";
/** `deleted`: it had succeeded, and its owner has deleted it. */
export type TaskState = "running" | "succeeded" | "failed" | "expired" | "deleted";

/** A task that upstream has begun. Neither what was asked for nor what it makes. */
export type Task = {
  /** The request id of the call that made it. */
  id: string;
  createdAtMs: number;
  accountId: string;
  keyId: string;
  kind: TaskProtocol;
  state: TaskState;
  model: string;
  channelId: string;
  credentialId: string;
  /** What upstream calls it. */
  upstreamId: string;
  /** What was asked for, and is billed at most. */
  images: number;
  seconds: number;
  imageKind: string | null;
};

/** What a running task holds, and what its first row says. */
export type TaskHold = { amountNanoUsd: bigint; periodStartMs: number | null; log: Partial<RequestLogRow> };

/** An Idempotency-Key of an account: SHA-256 of path and key, and of the body. */
export type TaskKey = { accountId: string; keyHash: Buffer; bodyHash: Buffer; requestId: string };

/** `running`: another call has claimed the key and is under way. `other`: it was claimed with another body. */
export type Claimed = { kind: "mine" | "running" | "other" } | { kind: "made"; taskId: string };

/** How long an Idempotency-Key gives the first task again, and how long a task may run. */
export const TASK_DAY_MS = 86_400_000;

/** Where tasks stand. Every method rejects when the database is away. */
export type TaskStore = {
  /**
   * Writes down that upstream has begun a task: row of its call, task, key, and from now on the hold is the task's. Twice is once.
   * Rejects where the call was given up meanwhile (its hold is gone).
   */
  begin(task: Task, call: Settlement, key: TaskKey | undefined): Promise<void>;
  find(id: string): Promise<Task | undefined>;
  /**
   * Ends a running task: `settlementOf` what it holds is written, the hold is freed. Answers the state that it is in now: another's
   * where somebody else was first.
   */
  end(
    id: string,
    state: TaskState,
    settlementOf: (hold: TaskHold) => Settlement,
  ): Promise<TaskState | undefined>;
  /** Its owner has deleted what it made. */
  markDeleted(id: string): Promise<void>;
  /** Running tasks that nobody has looked after for a while: whoever is told of one looks, nobody else is told of it soon. */
  takeDue(most: number): Promise<Task[]>;
  claim(key: TaskKey): Promise<Claimed>;
  /** Nothing came of the claim. */
  release(key: TaskKey): Promise<void>;
  /** Forgets tasks that ended so long ago, and keys that are of no use any more. */
  forget(endedBeforeMs: number): Promise<void>;
};
