import type { Brand, MailContent, MailSection } from "./template.ts";

/** A mail's text for readers without HTML: the same words, the link written out on a line of its own. */
export function plainText(content: MailContent, brand: Brand): string {
  const facts = factLines(content.facts ?? []);
  const button = content.button === undefined ? "" : `${content.button.label}:\n${content.button.href}`;
  const parts = [
    content.heading,
    ...content.paragraphs,
    ...(content.sections ?? []).flatMap(sectionLines),
    facts,
    button,
    ...(content.notes ?? []),
    ...(content.footLinks ?? []).map(({ label, href }) => `${label}:\n${href}`),
    `-- \n${brand.name}`,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function sectionLines({ heading, lead, text, facts, link }: MailSection): string[] {
  const title = heading === undefined ? "" : `${heading}\n${"-".repeat(Math.min(heading.length, 70))}`;
  return [title, lead ?? "", text.trim(), factLines(facts), `${link.label}:\n${link.href}`];
}

function factLines(facts: readonly (readonly [string, string])[]): string {
  return facts.map(([name, value]) => `${name}: ${value}`).join("\n");
}
