import { escapeHtml } from "#lib/mail/escape-html";
import { htmlOf } from "./markdown.ts";
import type { Announcement } from "./schema.ts";
import { changeRows, inForceText, type Language } from "./words.ts";

/** Where and how a feed is made. `base`: the console's address without a slash at its end. */
export type FeedSite = { name: string; base: string; timeZone: string; language: Language };

export const feedKinds = ["rss", "atom", "json"] as const;
export type FeedKind = (typeof feedKinds)[number];
export const feedTypes: Record<FeedKind, string> = {
  rss: "application/rss+xml; charset=utf-8",
  atom: "application/atom+xml; charset=utf-8",
  json: "application/feed+json; charset=utf-8",
};
export const feedPaths: Record<FeedKind, string> = {
  rss: "/announcements/rss.xml",
  atom: "/announcements/atom.xml",
  json: "/announcements/feed.json",
};

/** Published announcements, newest first, as RSS 2.0, Atom 1.0 or JSON Feed 1.1. */
export function feedOf(kind: FeedKind, announcements: readonly Announcement[], site: FeedSite): string {
  const items = announcements.map((announcement) => itemOf(announcement, site));
  return { rss, atom, json }[kind](items, site);
}

type Item = { id: string; url: string; title: string; html: string; at: string };

function itemOf(announcement: Announcement, site: FeedSite): Item {
  const { id, publishedAt, createdAt } = announcement;
  return {
    id: `urn:uuid:${id}`,
    url: `${site.base}/announcements/${id}`,
    title: titleIn(announcement, site.language),
    html: articleHtml(announcement, site),
    at: publishedAt ?? createdAt,
  };
}

/** The title in a language; without one as in English. */
export function titleIn(
  { title, titleZh }: Pick<Announcement, "title" | "titleZh">,
  language: Language,
): string {
  return language === "zh" && titleZh !== "" ? titleZh : title;
}

/** The text (Markdown) in a language; without one as in English. */
export function textIn({ text, textZh }: Pick<Announcement, "text" | "textZh">, language: Language): string {
  return language === "zh" && textZh !== "" ? textZh : text;
}

/** The whole of an announcement as HTML: from when, the text, the table of changes. */
export function articleHtml(announcement: Announcement, site: FeedSite): string {
  const { effectiveAt, changes } = announcement;
  const from =
    effectiveAt === null
      ? ""
      : `<p><strong>${escapeHtml(inForceText(effectiveAt, site.timeZone, site.language))}</strong></p>\n`;
  const rows = changeRows(changes, site.language).map(
    ([name, value]) => `<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(value)}</td></tr>`,
  );
  const table = rows.length === 0 ? "" : `\n<table>\n${rows.join("\n")}\n</table>`;
  return `${from}${htmlOf(textIn(announcement, site.language))}${table}`;
}

function rss(items: readonly Item[], site: FeedSite): string {
  const entries = items.map(
    (item) => `    <item>
      <title>${xml(item.title)}</title>
      <link>${xml(item.url)}</link>
      <guid isPermaLink="false">${xml(item.id)}</guid>
      <pubDate>${new Date(item.at).toUTCString()}</pubDate>
      <description>${xml(item.html)}</description>
    </item>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
  <channel>
    <title>${xml(feedTitle(site))}</title>
    <link>${xml(`${site.base}/announcements`)}</link>
    <description>${xml(feedTitle(site))}</description>
    <language>${site.language === "zh" ? "zh-cn" : "en"}</language>
    <atom:link href="${xml(selfUrl("rss", site))}" rel="self" type="application/rss+xml"/>
${entries.join("\n")}
  </channel>
</rss>
`;
}

function atom(items: readonly Item[], site: FeedSite): string {
  const entries = items.map(
    (item) => `  <entry>
    <title>${xml(item.title)}</title>
    <link href="${xml(item.url)}"/>
    <id>${xml(item.id)}</id>
    <published>${item.at}</published>
    <updated>${item.at}</updated>
    <content type="html">${xml(item.html)}</content>
  </entry>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${site.language === "zh" ? "zh-CN" : "en"}">
  <title>${xml(feedTitle(site))}</title>
  <link href="${xml(`${site.base}/announcements`)}"/>
  <link rel="self" type="application/atom+xml" href="${xml(selfUrl("atom", site))}"/>
  <id>${xml(`${site.base}/announcements`)}</id>
  <author><name>${xml(site.name)}</name></author>
  <updated>${items[0]?.at ?? "1970-01-01T00:00:00.000Z"}</updated>
${entries.join("\n")}
</feed>
`;
}

function json(items: readonly Item[], site: FeedSite): string {
  return JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    title: feedTitle(site),
    home_page_url: `${site.base}/announcements`,
    feed_url: selfUrl("json", site),
    language: site.language === "zh" ? "zh-CN" : "en",
    items: items.map(({ id, url, title, html, at }) => ({
      id,
      url,
      title,
      content_html: html,
      date_published: at,
    })),
  });
}

function feedTitle({ name, language }: FeedSite): string {
  return language === "zh" ? `${name} 公告` : `${name} announcements`;
}

function selfUrl(kind: FeedKind, { base, language }: FeedSite): string {
  return `${base}${feedPaths[kind]}${language === "zh" ? "?lang=zh" : ""}`;
}

/** Characters that XML 1.0 has no place for are left out. */
function xml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is meant
  return escapeHtml(text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ""));
}
