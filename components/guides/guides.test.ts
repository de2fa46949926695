import { describe, expect, it } from "vitest";
import { sectionsFor } from "../shell/nav.ts";
import { inlineParts } from "./inline.ts";
import { guides as english } from "./text/en.ts";
import { guides as chinese } from "./text/zh.ts";

describe("the guides", () => {
  it("are the same in both languages: pages, sections, programs", () => {
    const shape = (guides: typeof english) =>
      guides.map(({ slug, sections }) => [
        slug,
        sections.map(({ parts }) =>
          parts.map((part) => (part.kind === "list" ? part.items.length : part.kind)),
        ),
      ]);
    expect(shape(chinese)).toEqual(shape(english));
  });

  it("link only to pages that exist", () => {
    const known = [
      ...[...sectionsFor("owner"), ...sectionsFor("customer")].flatMap(({ entries }) =>
        entries.map(({ href }) => href),
      ),
      "/docs/api",
      ...english.map(({ slug }) => `/docs/${slug}`),
    ];
    const links = [...english, ...chinese].flatMap(({ sections }) =>
      sections
        .flatMap(({ parts }) => parts)
        .flatMap((part) => (part.kind === "text" ? [part.text] : part.kind === "list" ? part.items : []))
        .flatMap(inlineParts)
        .flatMap((part) => (part.kind === "link" ? [part.href] : [])),
    );
    expect(links.length).toBeGreaterThan(6);
    expect(links.filter((href) => !known.includes(href))).toEqual([]);
  });

  it("mark up code, strong words and links of this site, and nothing else", () => {
    expect(inlineParts("a `b` **c** [d](/e) [x](https://evil.example)")).toEqual([
      { kind: "text", text: "a " },
      { kind: "code", text: "b" },
      { kind: "text", text: " " },
      { kind: "strong", text: "c" },
      { kind: "text", text: " " },
      { kind: "link", text: "d", href: "/e" },
      { kind: "text", text: " [x](https://evil.example)" },
    ]);
  });
});
