import { z } from "zod";
import { createRechargeBody } from "./schema.ts";

export const importVerdicts = ["ready", "duplicate", "wrong", "recorded"] as const;

export const importRechargesBody = z.strictObject({
  csv: z.string().min(1, "a file is expected").max(900_000, "at most 900 kB"),
  lines: z.array(z.number().int().min(1)).max(500).optional().meta({
    description: "which rows are recorded, by their line; left out: none, the file is only checked",
  }),
});

/** A file of payments, row by row: what each says, and what is or will become of it. */
export const importedRecharges = z
  .object({
    rows: z.array(
      z.object({
        line: z.number().int(),
        verdict: z.enum(importVerdicts),
        problems: z.record(z.string(), z.string()).meta({ description: "by column" }),
        account: z.string(),
        accountId: z.string().nullable(),
        amount: z.string(),
        currency: z.string(),
        method: z.string(),
        orderNo: z.string(),
        note: z.string(),
        rechargeId: z.string().nullable(),
      }),
    ),
    ready: z.number().int(),
    recorded: z.number().int(),
  })
  .meta({ id: "ImportedRecharges" });

/** A row as a recharge is recorded by hand. */
export const importRow = createRechargeBody;
export type ImportRecharges = z.infer<typeof importRechargesBody>;
export type ImportedRecharges = z.infer<typeof importedRecharges>;
export type ImportedRow = ImportedRecharges["rows"][number];
