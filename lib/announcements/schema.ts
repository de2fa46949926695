import { z } from "zod";
import { idInput, isPlainText, lineInput, pageAnswer, pageFields, timeAnswer } from "#lib/core/shapes";

export const announcementKinds = ["prices", "notice"] as const;
export const announcementStates = ["draft", "published", "withdrawn"] as const;
export type AnnouncementState = (typeof announcementStates)[number];

const figures = {
  before: z.string().nullable(),
  after: z.string().nullable(),
  percent: z.string().nullable(),
};

/** A price that changes, as everybody may know it: USD per million tokens or per piece; of a line its multiplier. */
export const publicChange = z.object({
  kind: z.enum(["model", "group"]),
  model: z.string().nullable(),
  vendor: z.string().nullable(),
  group: z.string().nullable(),
  units: z.array(
    z.object({
      unit: z.string(),
      when: z.string().nullable().optional().meta({ description: "for which calls alone; null: all others" }),
      ...figures,
    }),
  ),
  multiplier: z.object(figures).nullable(),
  isWithdrawn: z.boolean(),
  tiersChange: z.boolean().optional().meta({
    description: "the prices of calls with long prompts change: of announcements that do not say how",
  }),
  reason: z.string().nullable(),
});

const mailCounts = z.object({
  isQueueing: z.boolean().meta({ description: "more are being written" }),
  waiting: z.number().int(),
  sent: z.number().int(),
  failed: z.number().int(),
  inDoubt: z.number().int(),
  digest: z.number().int().meta({ description: "wait for the day's digest" }),
});

export const announcementAnswer = z
  .object({
    id: z.string(),
    kind: z
      .enum(announcementKinds)
      .meta({ description: "prices: of a price version; notice: written freely" }),
    state: z.enum(announcementStates),
    versionId: z.string().nullable(),
    title: z.string(),
    text: z.string().meta({ description: "Markdown" }),
    titleZh: z.string().meta({ description: "empty: as in English" }),
    textZh: z.string(),
    html: z.string().meta({ description: "the text as HTML that is safe to show" }),
    htmlZh: z.string(),
    isEdited: z.boolean().meta({ description: "false: written by Tollgate from the changes" }),
    changes: z.array(publicChange),
    vendors: z.array(z.string()),
    models: z.array(z.string()),
    concernsAll: z.boolean(),
    effectiveAt: timeAnswer.nullable().meta({ description: "from when the prices hold" }),
    publishedAt: timeAnswer.nullable(),
    withdrawnAt: timeAnswer.nullable(),
    createdAt: timeAnswer,
    createdBy: z.string().nullable().meta({ description: "told to operators" }),
    mails: mailCounts
      .nullable()
      .meta({ description: "what became of its mails; told to operators, one by one" }),
  })
  .meta({ id: "Announcement" });

export const announcementPage = pageAnswer(announcementAnswer);

export const listAnnouncementsQuery = z.strictObject({
  ...pageFields,
  state: z
    .enum([...announcementStates, "all"])
    .default("published")
    .meta({ description: "others than published are the operators'" }),
  kind: z.enum(announcementKinds).optional(),
  vendor: lineInput(64).optional(),
  model: lineInput(256).optional(),
});

const titleInput = lineInput(200);
const textInput = z
  .string()
  .max(20_000, "at most 20,000 characters")
  .refine((text) => isPlainText(text.replace(/[\n\r\t]/g, "")), "control characters are not allowed")
  .meta({ description: "Markdown" });
const followed = { vendors: z.array(lineInput(64)).max(100), models: z.array(lineInput(256)).max(500) };

export const createAnnouncementBody = z.strictObject({
  title: titleInput.min(1, "a title is expected"),
  text: textInput.default(""),
  titleZh: titleInput.default(""),
  textZh: textInput.default(""),
  vendors: followed.vendors.default([]).meta({ description: "whom it concerns; with no models either: all" }),
  models: followed.models.default([]),
  draft: z.boolean().default(false).meta({ description: "keep it for later; default: publish it at once" }),
});

export const updateAnnouncementBody = z.strictObject({
  title: titleInput.min(1, "a title is expected").optional(),
  text: textInput.optional(),
  titleZh: titleInput.optional(),
  textZh: textInput.optional(),
  vendors: followed.vendors.optional(),
  models: followed.models.optional(),
});

export const putVersionTextBody = z.strictObject({
  title: titleInput.min(1, "a title is expected"),
  text: textInput,
  titleZh: titleInput.default(""),
  textZh: textInput.default(""),
});

/** What will be announced of a draft of prices: as written, or else as Tollgate proposes. */
export const versionTextAnswer = z
  .object({
    isDraft: z.boolean().meta({ description: "its version is not published: the words may still change" }),
    announcementId: z
      .string()
      .nullable()
      .meta({ description: "null as long as nobody has written anything" }),
    isEdited: z.boolean(),
    title: z.string(),
    text: z.string(),
    titleZh: z.string(),
    textZh: z.string(),
    changes: z
      .array(publicChange)
      .meta({ description: "empty: nothing of it is public, and nothing is announced" }),
  })
  .meta({ id: "VersionAnnouncement" });

export const bannerAnswer = z
  .object({ id: z.string(), title: z.string(), titleZh: z.string(), publishedAt: timeAnswer })
  .nullable();
export const seenBody = z.strictObject({ id: idInput });

export type PublicChange = z.infer<typeof publicChange>;
export type Announcement = z.infer<typeof announcementAnswer>;
export type MailCounts = z.infer<typeof mailCounts>;
export type ListAnnouncements = z.infer<typeof listAnnouncementsQuery>;
export type CreateAnnouncement = z.infer<typeof createAnnouncementBody>;
export type UpdateAnnouncement = z.infer<typeof updateAnnouncementBody>;
export type VersionText = z.infer<typeof versionTextAnswer>;
export type PutVersionText = z.infer<typeof putVersionTextBody>;
export type BannerNews = z.infer<typeof bannerAnswer>;
