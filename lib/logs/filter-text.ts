import { type FieldFault, type FilterField, type FindKey, filterFields, readBare } from "./filter-fields.ts";
import { type LogFilters, logFilterKeys, logTimeKeys } from "./filter-keys.ts";
import { type FilterWord, filterWords, quoted } from "./filter-words.ts";

/** What is wrong with a word, as a key of the messages that say it. */
export type WordFault = FieldFault | "syntax" | "unknown" | "quote" | "twice";
/** A word that cannot be read; `about` is its name or the word itself. */
export type WordError = { start: number; end: number; about: string; fault: WordFault };
/** A name that stands for an id: whoever has a server to ask looks it up. */
export type NameToFind = { key: FindKey; name: string; word: Pick<FilterWord, "start" | "end"> };

export type ReadFilterText = { filters: LogFilters; names: NameToFind[]; errors: WordError[] };

/**
 * Reads `ip:10.0.0.0/8 status:429 model:gpt-4o cost:>0.05 last:24h`. Every word is either understood or an error at its
 * place: nothing is dropped. `more than` and `less than` are exact, because amounts are whole numbers of their unit.
 */
export function readFilterText(text: string): ReadFilterText {
  const read: ReadFilterText = { filters: {}, names: [], errors: [] };
  for (const word of filterWords(text)) readWord(word, read);
  return read;
}

/** Filters as the text that reads back to them, in a fixed order. */
export function writeFilterText(filters: LogFilters): string {
  return filterFields
    .flatMap((field) => field.write(filters).map((value) => `${field.name}:${quoted(value)}`))
    .join(" ");
}

/** The field of a name or of one of its other names. */
export function fieldNamed(name: string): FilterField | undefined {
  const plain = name.toLowerCase().replaceAll(/[_-]/g, "");
  return filterFields.find((field) => field.name === plain || field.aliases?.includes(plain));
}

function readWord(word: FilterWord, read: ReadFilterText): void {
  const { start, end } = word;
  const meant = meaningOf(word, read);
  if ("fault" in meant) read.errors.push({ start, end, ...meant });
  else if ("find" in meant) read.names.push({ key: meant.find, name: meant.name, word: { start, end } });
  else Object.assign(read.filters, meant.filters);
}

type Meaning =
  | { filters: LogFilters }
  | { find: FindKey; name: string }
  | { fault: WordFault; about: string };

function meaningOf(word: FilterWord, read: ReadFilterText): Meaning {
  if (word.isOpen) return { fault: "quote", about: word.text };
  if (word.name === undefined) {
    const bare = readBare(word.value);
    if (bare === undefined) return { fault: "syntax", about: word.text };
    return twice(bare, read) ? { fault: "twice", about: word.text } : { filters: bare };
  }
  const field = fieldNamed(word.name);
  if (field === undefined) return { fault: "unknown", about: word.name };
  if (word.value.trim() === "") return { fault: "empty", about: field.name };
  const value = field.read(word.value.trim());
  if ("fault" in value) return { fault: value.fault, about: word.value };
  const given = "find" in value ? { [value.find]: value.name } : value;
  if (twice(given, read)) return { fault: "twice", about: field.name };
  return "find" in value ? value : { filters: value };
}

/** Two values of one filter cannot both hold; a preset and fixed ends are two times. */
function twice(given: LogFilters, { filters, names }: ReadFilterText): boolean {
  const isTaken = (key: keyof LogFilters) =>
    filters[key] !== undefined || names.some((name) => name.key === key);
  return allKeys
    .filter((key) => given[key] !== undefined)
    .some((key) => {
      if (key === "range") return logTimeKeys.some(isTaken);
      return isTaken(key) || ((key === "from" || key === "to") && isTaken("range"));
    });
}

const allKeys = [...logFilterKeys, ...logTimeKeys];
