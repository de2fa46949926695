import { z } from "zod";

export const importChannelsBody = z.strictObject({
  csv: z
    .string()
    .max(900_000, "at most 900,000 characters")
    .meta({ description: "the first line names the columns, as GET /api/channels/export writes them" }),
  check: z.boolean().optional().meta({ description: "true: only say what would come of it" }),
});

/** The file line by line. Nothing is made while a line has a problem. */
export const channelImportAnswer = z
  .object({
    lines: z.array(
      z.object({
        line: z.number().int(),
        name: z.string(),
        provider: z.string(),
        baseUrl: z.string(),
        models: z.number().int(),
        hasCredential: z.boolean(),
        problems: z.record(z.string(), z.string()).meta({ description: "by field; empty: none" }),
      }),
    ),
    created: z.number().int(),
  })
  .meta({ id: "ChannelImport" });

export type ImportChannels = z.infer<typeof importChannelsBody>;
export type ChannelImport = z.infer<typeof channelImportAnswer>;
