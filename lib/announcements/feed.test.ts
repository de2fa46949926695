import { XMLParser, XMLValidator } from "fast-xml-parser";
import { expect, it } from "vitest";
import { feedOf } from "./feed.ts";
import type { Announcement } from "./schema.ts";

const site = {
  name: "Müller & Söhne <AI>",
  base: "https://console.test",
  timeZone: "UTC",
  language: "en",
} as const;
const announcement: Announcement = {
  id: "0199aaaa-0000-7000-8000-000000000001",
  kind: "prices",
  state: "published",
  versionId: null,
  title: 'New price for "gpt-5" & <others>',
  text: "1 model costs **less** <b>now</b>.\u0007",
  titleZh: "gpt-5 价格调整",
  textZh: "",
  html: "",
  htmlZh: "",
  isEdited: false,
  changes: [
    {
      kind: "model",
      model: "gpt-5",
      vendor: "openai",
      group: null,
      units: [{ unit: "input", before: "1.25", after: "1", percent: "-20" }],
      multiplier: null,
      isWithdrawn: false,
      tiersChange: false,
      reason: null,
    },
  ],
  vendors: ["openai"],
  models: ["gpt-5"],
  concernsAll: false,
  effectiveAt: "2026-11-25T08:00:00.000Z",
  publishedAt: "2026-11-22T08:05:00.000Z",
  withdrawnAt: null,
  createdAt: "2026-11-22T08:00:00.000Z",
  createdBy: null,
  mails: null,
};
const reader = new XMLParser({ ignoreAttributes: false });
const url = `https://console.test/announcements/${announcement.id}`;

it("RSS is well-formed, and tells title, link, moment and figures", () => {
  const text = feedOf("rss", [announcement], site);
  expect(XMLValidator.validate(text)).toBe(true);
  const { channel } = reader.parse(text).rss;
  expect(channel).toMatchObject({
    title: "Müller &amp; Söhne <AI> announcements".replace("&amp;", "&"),
    link: "https://console.test/announcements",
    item: { title: announcement.title, link: url, pubDate: "Sun, 22 Nov 2026 08:05:00 GMT" },
  });
  expect(channel["atom:link"]).toMatchObject({ "@_href": "https://console.test/announcements/rss.xml" });
  expect(channel.item.description).toContain("In force from 25 November 2026 at 08:00 (UTC).");
  expect(channel.item.description).toContain("<td>$1.25 → $1.00 (−20 %)</td>");
  expect(channel.item.description).toContain("<strong>less</strong> &lt;b&gt;now");
});

it("Atom is well-formed, with an id, an author and a moment for each", () => {
  const text = feedOf(
    "atom",
    [announcement, { ...announcement, id: "0199aaaa-0000-7000-8000-000000000002" }],
    site,
  );
  expect(XMLValidator.validate(text)).toBe(true);
  const { feed } = reader.parse(text);
  expect(feed).toMatchObject({
    "@_xmlns": "http://www.w3.org/2005/Atom",
    id: "https://console.test/announcements",
    updated: announcement.publishedAt,
    author: { name: site.name },
  });
  expect(feed.entry).toHaveLength(2);
  expect(feed.entry[0]).toMatchObject({
    id: `urn:uuid:${announcement.id}`,
    updated: announcement.publishedAt,
    title: announcement.title,
    link: { "@_href": url },
  });
});

it("the JSON feed is one of version 1.1", () => {
  expect(JSON.parse(feedOf("json", [announcement], { ...site, language: "zh" }))).toMatchObject({
    version: "https://jsonfeed.org/version/1.1",
    feed_url: "https://console.test/announcements/feed.json?lang=zh",
    language: "zh-CN",
    items: [
      {
        id: `urn:uuid:${announcement.id}`,
        url,
        title: "gpt-5 价格调整",
        date_published: announcement.publishedAt,
      },
    ],
  });
});

it("a feed of nothing is a feed", () => {
  for (const kind of ["rss", "atom"] as const)
    expect(XMLValidator.validate(feedOf(kind, [], site))).toBe(true);
});
