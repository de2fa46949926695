import { z } from "zod";

/** What takes an action back: each part says what stood before, and what the action made of it. */
export const undoShape = z.object({
  /** The key was active, and is disabled. */
  enable: z.literal(true).optional(),
  /** Networks that were added to the deny list, and taken off it. */
  denied: z.array(z.string()).optional(),
  undenied: z.array(z.string()).optional(),
  /** Networks that were not trusted before. */
  trusted: z.array(z.string()).optional(),
  allowed: z.object({ before: z.array(z.string()), after: z.array(z.string()) }).optional(),
  budget: z
    .object({
      before: z.object({ nanoUsd: z.string().nullable(), period: z.string().nullable() }),
      after: z.object({ nanoUsd: z.string(), period: z.string() }),
    })
    .optional(),
  /** The state that the incident had. */
  state: z.enum(["open", "acted"]).optional(),
});
export type Undo = z.infer<typeof undoShape>;

/** What of a key the actions change. */
export type KeyFences = {
  status: string;
  allowedCidrs: readonly string[];
  deniedCidrs: readonly string[];
  budgetNanoUsd: bigint | null;
  budgetPeriod: string | null;
};
export type FenceChanges = {
  status?: string;
  allowedCidrs?: string[];
  deniedCidrs?: string[];
  budgetNanoUsd?: bigint | null;
  budgetPeriod?: string | null;
};

/** The change of a key that takes an action back; "changed": somebody has set something else since. */
export function undoOf(undo: Undo, key: KeyFences): FenceChanges | "changed" {
  const changes: FenceChanges = {};
  if (undo.enable) {
    if (key.status !== "disabled") return "changed";
    changes.status = "active";
  }
  if (undo.denied !== undefined || undo.undenied !== undefined) {
    const added = new Set(undo.denied);
    changes.deniedCidrs = [
      ...new Set([...key.deniedCidrs.filter((cidr) => !added.has(cidr)), ...(undo.undenied ?? [])]),
    ];
  }
  if (undo.allowed !== undefined) {
    if (!isSame(key.allowedCidrs, undo.allowed.after)) return "changed";
    changes.allowedCidrs = undo.allowed.before;
  }
  if (undo.budget !== undefined) {
    const { before, after } = undo.budget;
    if (key.budgetNanoUsd !== BigInt(after.nanoUsd) || key.budgetPeriod !== after.period) return "changed";
    changes.budgetNanoUsd = before.nanoUsd === null ? null : BigInt(before.nanoUsd);
    changes.budgetPeriod = before.period;
  }
  return changes;
}

/** How to undo what was done; undefined: nothing is kept, or what is kept cannot be read. */
export function readUndo(json: unknown): Undo | undefined {
  const read = undoShape.safeParse(json);
  return read.success ? read.data : undefined;
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}
