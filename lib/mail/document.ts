import {
  Body,
  Button,
  Container,
  Head,
  Heading,
  Hr,
  Html,
  Img,
  Link,
  Preview,
  render,
  Section,
  Text,
} from "@react-email/components";
import { createElement, type ReactNode } from "react";
import type { Brand, MailContent, MailLocale, MailSection } from "./template.ts";

/** A mail's HTML: one column, inline styles, tables where mail programs need them (react-email sees to that). */
export function htmlDocument(content: MailContent, brand: Brand, locale: MailLocale): Promise<string> {
  return render(
    createElement(
      Html,
      { lang: locale === "zh" ? "zh-CN" : "en" },
      createElement(
        Head,
        null,
        createElement("title", null, content.subject),
        createElement("meta", { name: "color-scheme", content: "light" }),
      ),
      createElement(Preview, null, content.paragraphs[0] ?? content.subject),
      createElement(
        Body,
        { style: styles.body },
        createElement(Container, { style: styles.page }, letterhead(brand), ...letter(content, brand)),
        createElement(
          Container,
          { style: styles.foot },
          footLinks(content, brand),
          createElement(Text, { style: styles.small }, brand.name),
        ),
      ),
    ),
  );
}

function letterhead(brand: Brand): ReactNode {
  const name = createElement(Text, { style: { ...styles.brand, color: brand.color } }, brand.name);
  if (brand.logoUrl === null) return name;
  return createElement(Img, { src: brand.logoUrl, alt: brand.name, height: 28, style: styles.logo });
}

function letter(content: MailContent, brand: Brand): ReactNode[] {
  return [
    createElement(Heading, { as: "h1", style: styles.heading, key: "heading" }, content.heading),
    ...content.paragraphs.map((text) => createElement(Text, { style: styles.text, key: text }, text)),
    ...(content.sections ?? []).map((part, index) => section(part, brand, index)),
    content.facts && facts(content.facts),
    content.button && callToAction(content.button, brand),
    ...(content.notes ?? []).map((text) => createElement(Text, { style: styles.note, key: text }, text)),
  ];
}

function section(
  { heading, lead, html, facts: rows, link }: MailSection,
  brand: Brand,
  index: number,
): ReactNode {
  return createElement(
    Section,
    { key: `section ${index}`, style: index === 0 ? {} : styles.section },
    heading !== undefined && createElement(Heading, { as: "h2", style: styles.subheading }, heading),
    lead !== undefined && createElement(Text, { style: { ...styles.text, fontWeight: 600 } }, lead),
    // biome-ignore lint/security/noDangerouslySetInnerHtml: safe by its maker, tags of the source have become text
    createElement("div", { style: styles.text, dangerouslySetInnerHTML: { __html: html } }),
    rows.length > 0 && facts(rows),
    createElement(Link, { href: link.href, style: { ...styles.more, color: brand.color } }, link.label),
  );
}

function footLinks({ footLinks: links = [] }: MailContent, brand: Brand): ReactNode {
  if (links.length === 0) return null;
  const parts = links.flatMap(({ label, href }, index) => [
    index > 0 ? " · " : null,
    createElement(Link, { key: href, href, style: { color: brand.color, textDecoration: "none" } }, label),
  ]);
  return createElement(Text, { style: styles.small }, ...parts);
}

function facts(rows: NonNullable<MailContent["facts"]>): ReactNode {
  const cells = rows.map(([name, value]) =>
    createElement(
      "tr",
      { key: name },
      createElement("td", { style: styles.factName }, name),
      createElement("td", { style: styles.factValue }, value),
    ),
  );
  return createElement(
    "table",
    { role: "presentation", style: styles.facts, key: "facts" },
    createElement("tbody", null, cells),
  );
}

function callToAction({ label, href }: NonNullable<MailContent["button"]>, brand: Brand): ReactNode {
  return createElement(
    Section,
    { key: "button" },
    createElement(Button, { href, style: { ...styles.button, backgroundColor: brand.color } }, label),
    createElement(Hr, { style: styles.line }),
    // For those whose mail program shows no buttons, and for those who look before they follow.
    createElement(Link, { href, style: styles.link }, href),
  );
}

const font =
  "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'PingFang SC', 'Microsoft YaHei', sans-serif";
const ink = "#1c2024";
const dim = "#60646c";

const styles = {
  body: { backgroundColor: "#f4f5f7", fontFamily: font, margin: 0, padding: "32px 12px" },
  page: {
    backgroundColor: "#ffffff",
    border: "1px solid #e3e5e9",
    borderRadius: 10,
    maxWidth: 520,
    padding: "28px 32px 24px",
  },
  foot: { maxWidth: 520, padding: "0 32px" },
  brand: { fontSize: 15, fontWeight: 700, letterSpacing: "-0.01em", margin: "0 0 24px" },
  logo: { margin: "0 0 24px" },
  heading: {
    color: ink,
    fontSize: 22,
    fontWeight: 650,
    letterSpacing: "-0.02em",
    lineHeight: "30px",
    margin: "0 0 12px",
  },
  subheading: { color: ink, fontSize: 17, fontWeight: 650, lineHeight: "24px", margin: "0 0 8px" },
  section: { borderTop: "1px solid #eceef1", margin: "24px 0 0", padding: "20px 0 0" },
  more: { fontSize: 14, textDecoration: "none" },
  text: { color: ink, fontSize: 15, lineHeight: "24px", margin: "0 0 16px" },
  facts: { borderCollapse: "collapse", margin: "4px 0 20px", width: "100%" },
  factName: {
    borderTop: "1px solid #eceef1",
    color: dim,
    fontSize: 14,
    padding: "8px 16px 8px 0",
    whiteSpace: "nowrap",
  },
  factValue: {
    borderTop: "1px solid #eceef1",
    color: ink,
    fontSize: 14,
    padding: "8px 0",
    textAlign: "right",
    wordBreak: "break-word",
  },
  button: {
    borderRadius: 6,
    color: "#ffffff",
    display: "inline-block",
    fontSize: 15,
    fontWeight: 600,
    padding: "11px 20px",
    textDecoration: "none",
  },
  line: { borderColor: "#eceef1", margin: "24px 0 12px" },
  link: { color: dim, fontSize: 12, lineHeight: "18px", textDecoration: "none", wordBreak: "break-all" },
  note: { color: dim, fontSize: 13, lineHeight: "20px", margin: "12px 0 0" },
  small: { color: dim, fontSize: 12, textAlign: "center" },
} as const;
