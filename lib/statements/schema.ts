import { z } from "zod";
import { idInput, pageAnswer, pageFields, timeAnswer, usdAnswer } from "#lib/core/shapes";

export const statementKinds = ["recharge", "bonus", "bonus_ended", "usage", "refund", "adjustment"] as const;

const lineAnswer = z.object({
  kind: z.enum(statementKinds).meta({ description: "bonus_ended: expired, or taken back with a refund" }),
  model: z.string().nullable().meta({ description: "of usage" }),
  amount: usdAnswer.meta({ description: "signed: usage and refunds take" }),
  count: z.number().int().meta({ description: "of usage: calls" }),
});

/** A month of an account, in its time zone: opening + late + Σ lines = closing, to the nano-dollar. */
export const statementAnswer = z
  .object({
    id: z.string(),
    accountId: z.string(),
    accountName: z.string(),
    month: z.string().meta({ description: "YYYY-MM" }),
    timeZone: z.string(),
    from: timeAnswer,
    to: timeAnswer,
    opening: usdAnswer,
    late: usdAnswer.meta({ description: "of earlier months, booked after their statements" }),
    closing: usdAnswer,
    lines: z.array(lineAnswer),
    createdAt: timeAnswer,
  })
  .meta({ id: "Statement" });

export const statementPage = pageAnswer(statementAnswer);
export const listStatementsQuery = z.strictObject({ ...pageFields, accountId: idInput });
export const statementFileQuery = z.strictObject({
  format: z.enum(["pdf", "csv"]).default("pdf"),
  lang: z.enum(["en", "zh"]).default("en"),
});

export type Statement = z.infer<typeof statementAnswer>;
export type StatementKind = (typeof statementKinds)[number];
