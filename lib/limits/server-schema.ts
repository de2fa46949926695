import { z } from "zod";
import { countingAnswer } from "./usage-schema.ts";

const protocols = ["redis:", "rediss:", "valkey:", "valkeys:"];

export const putLimitServerBody = z.strictObject({
  url: z
    .string()
    .trim()
    .max(1000, "at most 1,000 characters")
    .refine(
      (text) => protocols.includes(URL.parse(text)?.protocol ?? "") && URL.parse(text)?.hostname !== "",
      "an address such as redis://user:password@host:6379 is expected",
    )
    .meta({ description: "redis://, rediss:// (TLS), valkey:// or valkeys://; never shown again" }),
});

/** Where limits are counted. The password never comes back. */
export const limitServerAnswer = z
  .object({
    source: z.enum(["form", "environment", "none"]),
    host: z.string().nullable().meta({ description: "host and port" }),
    tls: z.boolean(),
    counting: countingAnswer.meta({ description: "on the node that answers" }),
  })
  .meta({ id: "LimitServer" });

export type PutLimitServer = z.infer<typeof putLimitServerBody>;
export type LimitServerAnswer = z.infer<typeof limitServerAnswer>;
