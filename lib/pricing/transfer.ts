import { multiplyFractions, one, subtractFractions } from "#lib/core/fraction";
import { formatCondition, saysNone, shownConditions } from "./condition-text.ts";
import { type ConditionName, conditionNames } from "./conditions.ts";
import { displayConditions, displayExact, displayPrices, type ShownConditions } from "./display.ts";
import { type PriceUnit, priceUnits } from "./units.ts";
import { type PriceEntryInput, priceEntryInput, type TransferFormat } from "./version-schema.ts";
import type { PriceEntry } from "./versions.ts";

const columns = [
  "model",
  "group",
  "accountId",
  ...priceUnits,
  ...conditionNames,
  "multiplier",
  "discount",
  "official",
  "withdrawn",
  "reason",
];

/** What a line of an import says, or what is wrong with it. */
export type ImportRead = { entries: PriceEntryInput[]; problems: Record<string, string> };

/** Entries as an import reads them back: CSV with a column per unit (USD per million or per piece), or JSON. */
export function formatTransfer(
  entries: readonly (PriceEntry & { reason: string | null })[],
  format: TransferFormat,
): string {
  const rows: TransferRow[] = entries.map(toInput);
  if (format === "json") return `${JSON.stringify({ entries: rows }, null, 2)}\n`;
  const lines = entries.map((entry) => {
    const row = toInput(entry);
    const field = (name: string) => {
      if (isUnit(name)) return row.price?.[name];
      if (isCondition(name)) return "components" in entry ? formatCondition[name](entry.components) : "";
      return row[name];
    };
    return columns.map((name) => csvField(field(name))).join(",");
  });
  return `${[columns.join(","), ...lines].join("\n")}\n`;
}

/**
 * Reads prices from CSV, from what a spreadsheet puts on the clipboard (tabs), with semicolons, or from JSON. In a table
 * the first line names the columns, in any order; an empty cell leaves its figure as it is.
 */
export function readTransfer(text: string, format?: TransferFormat): ImportRead {
  const isJson = format === "json" || (format === undefined && /^\s*[[{]/.test(text));
  const rows = isJson ? readJson(text) : readTable(text);
  if ("problem" in rows) return { entries: [], problems: { text: rows.problem } };
  const problems: Record<string, string> = {};
  const entries = rows.items.flatMap(({ line, value }) => {
    const read = priceEntryInput.safeParse(value);
    if (read.success) return [read.data];
    for (const issue of read.error.issues.slice(0, 1)) {
      const path = issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
      problems[`line ${line}`] = `${path}${issue.message}`;
    }
    return [];
  });
  if (rows.items.length === 0) problems.text = "it holds no prices";
  return { entries, problems };
}

type Rows = { items: { line: number; value: unknown }[] } | { problem: string };

function readJson(text: string): Rows {
  try {
    const read: unknown = JSON.parse(text);
    const list = Array.isArray(read) ? read : (read as { entries?: unknown } | null)?.entries;
    if (!Array.isArray(list)) return { problem: 'an object with "entries", or a list, is expected' };
    return { items: list.map((value, index) => ({ line: index + 1, value })) };
  } catch {
    return { problem: "this is no JSON" };
  }
}

function readTable(text: string): Rows {
  const [head, ...lines] = splitLines(text);
  if (head === undefined) return { problem: "the table is empty" };
  const separator = separatorOf(head.content);
  const names = splitFields(head.content, separator).map(columnName);
  const unknown = names.find((name) => !columns.includes(name));
  if (unknown !== undefined)
    return { problem: `there is no column "${unknown}"; known are ${columns.join(", ")}` };
  const items = lines.map(({ line, content }) => {
    const fields = splitFields(content, separator);
    return { line, value: toValue(names.map((name, index) => [name, (fields[index] ?? "").trim()])) };
  });
  return { items };
}

function toValue(cells: readonly (readonly [string, string])[]): unknown {
  const filled = cells.filter(([, text]) => text !== "");
  const price = Object.fromEntries(
    filled.filter(([name]) => isUnit(name)).map(([name, text]) => [name, plain(text)]),
  );
  const rest = filled.filter(([name]) => !isUnit(name)).map(([name, text]) => [name, cellValue(name, text)]);
  return {
    ...Object.fromEntries(rest.filter(([, value]) => value !== undefined)),
    ...(Object.keys(price).length === 0 ? {} : { price }),
  };
}

function cellValue(name: string, text: string): unknown {
  if (name === "official" || name === "withdrawn") return /^(true|yes|1)$/i.test(text) ? true : undefined;
  // What cannot be read is refused by the shape, with its line.
  if (isCondition(name)) return saysNone(text) ? [] : (shownConditions[name](text) ?? text);
  return name === "multiplier" || name === "discount" ? plain(text) : unguarded(text);
}

/** "$1,250.50" as people and spreadsheets write it. */
function plain(text: string): string {
  return unguarded(text)
    .replace(/^\$\s*/, "")
    .replace(/,(?=\d{3}(\D|$))/g, "");
}

/** What `csvField` put before a text that a spreadsheet would take for a formula. */
function unguarded(text: string): string {
  return /^'[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}

function columnName(text: string): string {
  const name = text.trim().replace(/^\uFEFF/, "");
  return columns.find((known) => known.toLowerCase() === name.toLowerCase()) ?? name;
}

function separatorOf(line: string): string {
  return ["\t", ";"].find((one) => line.includes(one)) ?? ",";
}

function splitLines(text: string): { line: number; content: string }[] {
  return text
    .split(/\r?\n/)
    .map((content, index) => ({ content, line: index + 1 }))
    .filter(({ content }) => content.trim() !== "" && !content.startsWith("#"));
}

/** One line's fields; a quoted one may hold the separator, and quotes doubled. */
function splitFields(line: string, separator: string): string[] {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let index = 0; index < line.length; index += 1) {
    const sign = line[index] ?? "";
    if (sign === '"' && quoted && line[index + 1] === '"') {
      field += '"';
      index += 1;
    } else if (sign === '"' && (quoted || field.trim() === "")) quoted = !quoted;
    else if (sign === separator && !quoted) {
      fields.push(field);
      field = "";
    } else field += sign;
  }
  return [...fields, field];
}

type TransferRow = {
  [name: string]: string | boolean | Partial<Record<PriceUnit, string>> | ShownConditions[ConditionName];
} & {
  price?: Partial<Record<PriceUnit, string>>;
};

function toInput({ reason, ...entry }: PriceEntry & { reason: string | null }): TransferRow {
  const said = reason === null ? {} : { reason: reason.replace(/\s+/g, " ") };
  if (entry.kind === "group")
    return { group: entry.groupId, multiplier: displayExact(entry.multiplier), ...said };
  if (entry.kind === "discount") {
    const off = multiplyFractions(subtractFractions(one, entry.multiplier), { num: 100n, den: 1n });
    return { accountId: entry.accountId, discount: displayExact(off), ...said };
  }
  const account = entry.kind === "account" ? { accountId: entry.accountId } : {};
  if (Object.keys(entry.components).length === 0)
    return { model: entry.modelId, ...account, withdrawn: true, ...said };
  const price: Partial<Record<PriceUnit, string>> = displayPrices(entry.components);
  // Without any this takes away those that stand: what comes back is what left.
  return { model: entry.modelId, ...account, price, ...displayConditions(entry.components), ...said };
}

function csvField(value: unknown): string {
  if (value === undefined || value === null || typeof value === "object") return "";
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n;\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function isCondition(name: string): name is ConditionName {
  return conditionNames.some((condition) => condition === name);
}

function isUnit(name: string): name is PriceUnit {
  return priceUnits.some((unit) => unit === name);
}
