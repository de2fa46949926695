/** A page of the docs. Texts may hold `code`, **strong** and [links](/path); nothing else is marked up. */
export type Guide = {
  slug: string;
  title: string;
  /** What one finds here, in one sentence: under the title and in the list of guides. */
  summary: string;
  sections: readonly GuideSection[];
};

export type GuideSection = { heading: string; parts: readonly GuidePart[] };

/** A paragraph; a list; a command or program to copy (`{origin}` and `{model}` are filled in); the error catalogue. */
export type GuidePart =
  | { kind: "text"; text: string }
  | { kind: "list"; items: readonly string[] }
  | { kind: "code"; label: string; code: string }
  | { kind: "errors" };

export const text = (words: string): GuidePart => ({ kind: "text", text: words });
export const list = (...items: string[]): GuidePart => ({ kind: "list", items });
export const code = (label: string, program: string): GuidePart => ({ kind: "code", label, code: program });
