import type { MailSection, Template } from "../template.ts";

/** One announcement as one reader gets it: title, from when, HTML made safe, its source, the figures that they follow. */
export type AnnouncedPart = {
  title: string;
  lead: string | null;
  html: string;
  text: string;
  facts: readonly (readonly [string, string])[];
  link: string;
};

/** Announcements for one reader; `name`: how they are greeted, if they have said. `manage`: where to change or end it. */
export type Announced = { name: string | null; parts: readonly AnnouncedPart[]; manage: string };

/** As soon as something is announced. */
export const announcement: Template<Announced> = ({ name, parts, manage }, locale, brand) => {
  const [part] = parts;
  const title = part?.title ?? "";
  const isZh = locale === "zh";
  return {
    subject: isZh ? `${brand.name}：${title}` : `${brand.name}: ${title}`,
    heading: title,
    paragraphs: greeting(name, isZh),
    sections: parts.map((one) => ({ ...sectionOf(one, isZh) })),
    ...foot(manage, isZh),
  };
};

/** Once a day, for who asked for that. */
export const announcementDigest: Template<Announced> = ({ name, parts, manage }, locale, brand) => {
  const isZh = locale === "zh";
  const count = parts.length;
  const heading = isZh ? `${count} 条公告` : `${count} ${count === 1 ? "announcement" : "announcements"}`;
  return {
    subject: isZh ? `${brand.name}：${heading}` : `${brand.name}: ${heading}`,
    heading,
    paragraphs: greeting(name, isZh),
    sections: parts.map((one) => ({ heading: one.title, ...sectionOf(one, isZh) })),
    ...foot(manage, isZh),
  };
};

function sectionOf({ lead, html, text, facts, link }: AnnouncedPart, isZh: boolean): MailSection {
  const label = isZh ? "在网页上阅读" : "Read it on the web";
  return { ...(lead === null ? {} : { lead }), html, text, facts, link: { label, href: link } };
}

function greeting(name: string | null, isZh: boolean): string[] {
  if (name === null) return [];
  return [isZh ? `${name}，您好：` : `Hello ${name},`];
}

function foot(manage: string, isZh: boolean) {
  return {
    notes: [
      isZh
        ? "您收到此邮件，是因为您订阅了我们的公告。"
        : "You get this mail because you subscribed to our announcements.",
    ],
    footLinks: [{ label: isZh ? "更改或退订" : "Change it or unsubscribe", href: manage }],
  };
}
