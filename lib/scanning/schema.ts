import { z } from "zod";

/** What a partner reports, in the form of GitHub's programme. */
export const reportBody = z
  .array(
    z.object({
      token: z.string().max(500),
      type: z.string().max(200).default(""),
      url: z.string().max(2_000).nullish(),
      source: z.string().max(200).nullish(),
    }),
  )
  .max(1_000);

export type Report = z.infer<typeof reportBody>[number];
export type Verdict = {
  token_raw: string;
  token_type: string;
  label: "true_positive" | "false_positive";
};

export const checkTextBody = z.strictObject({
  text: z.string().min(1, "paste what may hold a key").max(65_536, "at most 64 KiB"),
});

/** What was recognised in a pasted text; the text itself is kept nowhere and answered nowhere. */
export const checkedTextAnswer = z
  .object({
    items: z.array(
      z.object({
        prefix: z.string(),
        last4: z.string(),
        status: z.enum(["alive", "disabled", "expired", "rotated", "deleted", "unknown"]).meta({
          description: "rotated: a newer secret replaced it; unknown: well formed, but none of ours",
        }),
        isCurrent: z.boolean(),
        keyId: z.string().nullable(),
        keyName: z.string().nullable(),
        accountId: z.string().nullable(),
        accountName: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "CheckedText" });

export type CheckedText = z.infer<typeof checkedTextAnswer>;
