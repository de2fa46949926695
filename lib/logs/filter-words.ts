/** A word of a filter text: `name:value`, or a value alone. `start` and `end` are positions in the text. */
export type FilterWord = {
  start: number;
  end: number;
  text: string;
  /** Before the colon, as typed; undefined for a word without one. */
  name: string | undefined;
  /** After the colon, without quotes. */
  value: string;
  /** A quote that never closes. */
  isOpen: boolean;
};

/** `name:"a value"`, `name:value`, or a word alone; a quoted value holds `\"` and `\\`. */
const wordPattern = /([^\s:"]+):"((?:[^"\\]|\\.)*)("?)|\S+/g;

/** The words of a text, in order. Nothing is left out: what is no `name:value` is a word without a name. */
export function filterWords(text: string): FilterWord[] {
  return [...text.matchAll(wordPattern)].map((match) => {
    const [whole, name, quoted, close] = match;
    const place = { start: match.index, end: match.index + whole.length, text: whole };
    if (name !== undefined) {
      return { ...place, name, value: (quoted ?? "").replaceAll(/\\(.)/g, "$1"), isOpen: close === "" };
    }
    // An IPv6 address has colons of its own, and no name before the first.
    const colon = /^[a-z_-]+:/i.test(whole) && !isHex(whole) ? whole.indexOf(":") : -1;
    if (colon === -1) return { ...place, name: undefined, value: whole, isOpen: false };
    return { ...place, name: whole.slice(0, colon), value: whole.slice(colon + 1), isOpen: false };
  });
}

/** The word that the caret stands in or at the end of; an empty one where it stands between words. */
export function wordAt(text: string, caret: number): FilterWord {
  const found = filterWords(text).find(({ start, end }) => start <= caret && caret <= end);
  return found ?? { start: caret, end: caret, text: "", name: undefined, value: "", isOpen: false };
}

/** A value as it stands after a colon: in quotes where it would not be one word otherwise. */
export function quoted(value: string): string {
  if (/^[^\s"\\]+$/.test(value)) return value;
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** `fe80:1:…` is an address, not a filter of that name: three groups of hexadecimal digits and more. */
function isHex(word: string): boolean {
  return /^[0-9a-f]{1,4}(:[0-9a-f]{0,4}){2,}/i.test(word);
}
