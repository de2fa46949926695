import { z } from "zod";
import { lineInput, pageAnswer, pageFields, timeAnswer, usdAnswer } from "#lib/core/shapes";
import { nodeSorts } from "./sorts.ts";

export const nodeStates = ["live", "stopped", "away"] as const;

/** A supervised part of a node: what it is, whether it works, and why not. */
export const nodePartAnswer = z.object({
  name: z.string(),
  state: z.enum(["starting", "running", "waiting", "stopped"]),
  since: timeAnswer,
  restarts: z.number().int().meta({ description: "how often it came back to work after a failure" }),
  lastError: z.string().nullable(),
  nextTryAt: timeAnswer.nullable(),
});

const leaseAnswer = z.object({
  accountId: z.string(),
  accountName: z.string(),
  amount: usdAnswer.meta({
    description:
      "set aside for this node: leased (free, held by calls, or billed and not written yet), or held in the database by calls that it runs",
  }),
});

/** A process that serves, or served. `away`: it neither reports nor has it ended in order. */
export const nodeAnswer = z
  .object({
    id: z.string(),
    state: z.enum(nodeStates),
    lastSeen: timeAnswer,
    startedAt: timeAnswer.nullable(),
    version: z.string().nullable(),
    host: z.string().nullable(),
    engine: z.enum(["leased", "direct"]).nullable(),
    spool: z
      .object({
        rows: z.number().int(),
        bytes: z.number().int(),
        lagMs: z.number().int().meta({ description: "age of the oldest bill that Postgres does not have" }),
      })
      .nullable()
      .meta({ description: "as last reported; null for a node that never did" }),
    clockOffsetMs: z.number().int().nullable().meta({ description: "the database's clock minus the node's" }),
    leased: usdAnswer,
    leases: z.array(leaseAnswer).meta({ description: "the 100 largest" }),
    leaseCount: z.number().int(),
    deadLetters: z.number().int(),
    parts: z.array(nodePartAnswer),
  })
  .meta({ id: "Node" });

export const nodePage = pageAnswer(nodeAnswer);

export const listNodesQuery = z.strictObject({
  ...pageFields,
  state: z.enum(nodeStates).optional(),
  sort: z.enum(nodeSorts).default("-id"),
});

/** The node's own id, typed again: what is freed here cannot be taken back. */
export const abandonNodeBody = z.strictObject({ confirm: lineInput(64) });

export const abandonedAnswer = z
  .object({
    freed: usdAnswer.meta({ description: "what was set aside for it and is available again" }),
    node: nodeAnswer,
  })
  .meta({ id: "AbandonedNode" });

export type Node = z.infer<typeof nodeAnswer>;
export type NodeState = (typeof nodeStates)[number];
export type ListNodes = z.infer<typeof listNodesQuery>;
export type AbandonedNode = z.infer<typeof abandonedAnswer>;
