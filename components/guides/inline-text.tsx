import Link from "next/link";
import { inlineParts } from "./inline.ts";

/** A text with its code, strong words and links. */
export function InlineText({ words }: { words: string }) {
  return inlineParts(words).map((part) => {
    if (part.kind === "code") return <code key={part.text}>{part.text}</code>;
    if (part.kind === "strong") return <strong key={part.text}>{part.text}</strong>;
    if (part.kind === "link") {
      return (
        <Link key={part.href} href={part.href}>
          {part.text}
        </Link>
      );
    }
    return part.text;
  });
}
