import type { ComponentType } from "react";

export type FilterOption = { value: string; label: string; hint?: string };

/** One thing that rows can be filtered by. `key` is its name in the URL and in the management API. */
export type FilterSpec = {
  key: string;
  label: string;
  /** What the chip calls it, where the value says more than the name: "Cost" before ">0.05". */
  chipLabel?: string;
  /** text: typed; choice: one of a few; search: found by name on the server, kept as an id. */
  input:
    | { kind: "text"; placeholder: string; show?: (value: string) => string }
    | { kind: "choice"; options: FilterOption[] }
    | {
        kind: "search";
        load: (text: string) => Promise<FilterOption[]>;
        Label: ComponentType<{ id: string }>;
      };
};

/** By the filter's key; whatever else stands in the URL may be among them. */
export type FilterValues = Readonly<Record<string, unknown>>;
export type TypedFilter =
  | { key: string; value: string }
  | { error: "syntax" | "unknown" | "choice" | "search"; about: string };

/** Reads `status:429` against the filters that exist; what cannot be read says why, nothing is dropped. */
export function readTypedFilter(text: string, specs: readonly FilterSpec[]): TypedFilter {
  const match = /^\s*([a-z-]+)\s*[:=]\s*(.+?)\s*$/i.exec(text);
  const [, name = "", value = ""] = match ?? [];
  if (match === null) return { error: "syntax", about: text.trim() };
  const spec = specs.find(({ key, label }) => [key, label].some((known) => sameWord(known, name)));
  if (spec === undefined) return { error: "unknown", about: name };
  if (spec.input.kind === "search") return { error: "search", about: spec.label };
  if (spec.input.kind === "text") return { key: spec.key, value };
  const option = spec.input.options.find((each) =>
    [each.value, each.label].some((known) => sameWord(known, value)),
  );
  return option === undefined ? { error: "choice", about: value } : { key: spec.key, value: option.value };
}

function sameWord(left: string, right: string): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[\s_-]/g, "");
  return plain(left) === plain(right);
}
