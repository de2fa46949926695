export type Inline =
  | { kind: "text" | "code" | "strong"; text: string }
  | { kind: "link"; text: string; href: string };

const marks = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\((\/[^)\s]*)\)/g;

/** A text with `code`, **strong** and [links](/path) in parts. Links lead to paths of this site only. */
export function inlineParts(words: string): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of words.matchAll(marks)) {
    const [whole, code, strong, label, href] = match;
    if (match.index > from) parts.push({ kind: "text", text: words.slice(from, match.index) });
    if (code !== undefined) parts.push({ kind: "code", text: code });
    else if (strong !== undefined) parts.push({ kind: "strong", text: strong });
    else parts.push({ kind: "link", text: label ?? "", href: href ?? "/" });
    from = match.index + whole.length;
  }
  if (from < words.length) parts.push({ kind: "text", text: words.slice(from) });
  return parts;
}
