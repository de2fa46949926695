import type { Brand, MailContent } from "./template.ts";

/** A mail's text for readers without HTML: the same words, the link written out on a line of its own. */
export function plainText(content: MailContent, brand: Brand): string {
  const facts = (content.facts ?? []).map(([name, value]) => `${name}: ${value}`).join("\n");
  const button = content.button === undefined ? "" : `${content.button.label}:\n${content.button.href}`;
  const parts = [
    content.heading,
    ...content.paragraphs,
    facts,
    button,
    ...(content.notes ?? []),
    `-- \n${brand.name}`,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}
