import type { AnnouncedPart } from "#lib/mail/templates/announcement";
import { type Follows, followedChanges } from "./changes.ts";
import { textIn, titleIn } from "./feed.ts";
import { htmlOf } from "./markdown.ts";
import { proposalOf } from "./proposal.ts";
import type { Announcement } from "./schema.ts";
import { changeRows, inForceText, type Language } from "./words.ts";

/** Figures that one mail tells; a longer list stands on the page. */
const MOST_ROWS = 120;

type Setting = { language: Language; timeZone: string; base: string };

/** What a reader is told of an announcement: of prices only those that they follow. */
export function mailPart(announcement: Announcement, follows: Follows, setting: Setting): AnnouncedPart {
  const { language, timeZone, base } = setting;
  const followed = followedChanges(announcement.changes, follows);
  const isWhole = followed.length === announcement.changes.length;
  // What a person has written is told as it is; what Tollgate has written is written for what they follow.
  const texts = announcement.isEdited || isWhole ? announcement : proposalOf(followed);
  const text = textIn(texts, language);
  const rows = changeRows(followed, language);
  const more = rows.length - MOST_ROWS;
  return {
    title: titleIn(texts, language),
    lead:
      announcement.effectiveAt === null ? null : inForceText(announcement.effectiveAt, timeZone, language),
    html: htmlOf(text),
    text,
    facts: more > 0 ? [...rows.slice(0, MOST_ROWS), moreRow(more, language)] : rows,
    link: `${base}/announcements/${announcement.id}`,
  };
}

/** The same for all readers that an announcement tells the same: mails are written once for each. */
export function partKey(announcement: Announcement, follows: Follows): string {
  const followed = followedChanges(announcement.changes, follows);
  if (followed.length === announcement.changes.length) return "all";
  return followed.map((change) => announcement.changes.indexOf(change)).join(",");
}

function moreRow(count: number, language: Language): [string, string] {
  return language === "zh" ? [`另有 ${count} 项`, "见网页"] : [`${count} more`, "on the web"];
}
