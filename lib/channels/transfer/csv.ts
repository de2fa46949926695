import { csvLine, fromSafeCell, readCsv } from "#lib/core/csv";
import type { Channel } from "../schema.ts";

/** How a column is written from a channel, and read into the body that creates one. */
type Column = {
  name: string;
  write(channel: Channel): string;
  /** undefined: the cell says nothing. */
  read(cell: string): unknown;
};

const timeouts = ["connectMs", "headersMs", "firstTokenMs", "idleMs", "totalMs"] as const;
const caps = ["concurrency", "rpm"] as const;
const text = (cell: string) => (cell === "" ? undefined : cell);
/** A number as one, anything else as it stands: the channel's own shape refuses it and says why. */
const number = (cell: string) => (/^-?\d+$/.test(cell) ? Number(cell) : text(cell));

const flag = (cell: string) => (cell === "true" ? true : cell === "false" ? false : text(cell));

/**
 * Several in a cell stand with semicolons between; a model that upstream calls otherwise is "model=upstream name", one
 * with a context window of its own "model#131072". A kind's time limit is "reasoning.firstTokenMs=90000".
 */
const columns: readonly Column[] = [
  { name: "name", write: ({ name }) => name, read: (cell) => cell },
  { name: "provider", write: ({ provider }) => provider, read: (cell) => cell },
  { name: "baseUrl", write: ({ baseUrl }) => baseUrl, read: text },
  { name: "credential", write: () => "", read: text },
  {
    name: "models",
    write: ({ models }) => models.map(modelText).join("; "),
    read: (cell) => listOf(cell).map(modelOf),
  },
  { name: "groups", write: ({ groups }) => groups.join("; "), read: (cell) => listOf(cell) },
  { name: "priority", write: ({ priority }) => String(priority), read: number },
  { name: "weight", write: ({ weight }) => String(weight), read: number },
  { name: "status", write: ({ status }) => status, read: text },
  { name: "accounts", write: ({ accounts }) => accounts.join("; "), read: (cell) => listOf(cell) },
  { name: "costMultiplier", write: ({ costMultiplier }) => costMultiplier, read: text },
  ...caps.map((name) => ({
    name: `caps.${name}`,
    write: (channel: Channel) => String(channel.caps[name] ?? ""),
    read: number,
  })),
  ...timeouts.map((name) => ({
    name: `timeouts.${name}`,
    write: (channel: Channel) => String(channel.timeouts[name] ?? ""),
    read: number,
  })),
  { name: "timeouts.modalities", write: ({ timeouts }) => modalitiesText(timeouts), read: modalitiesOf },
  { name: "injectUsage", write: ({ injectUsage }) => String(injectUsage), read: flag },
];
const required = ["name", "provider", "models"];

/** Channels as CSV, one a line; their credentials stay here. */
export function channelsToCsv(channels: readonly Channel[]): string {
  const rows = channels.map((channel) => columns.map(({ write }) => write(channel)));
  return [columns.map(({ name }) => name), ...rows].map((cells) => `${csvLine(cells)}\r\n`).join("");
}

/** A line of the file as the body that would create its channel, unchecked. */
export type CsvChannel = { line: number; body: Record<string, unknown> };

/** Reads what `channelsToCsv` writes, columns in any order. Throws an Error that says what is wrong with the table. */
export function channelsFromCsv(csv: string): CsvChannel[] {
  const [head, ...records] = readCsv(csv);
  if (head === undefined) throw new Error("the table is empty");
  const names = head.cells.map((cell) => cell.trim());
  const known = new Map(columns.map((column) => [column.name, column]));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) throw new Error(`there is no column "${unknown}"`);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`the column "${twice}" is there twice`);
  const missing = required.find((name) => !names.includes(name));
  if (missing !== undefined) throw new Error(`the column "${missing}" is missing`);
  return records.map(({ line, cells }) => {
    if (cells.length > names.length) throw new Error(`line ${line} has more cells than there are columns`);
    const body: Record<string, unknown> = {};
    for (const [at, name] of names.entries()) {
      const value = known.get(name)?.read(fromSafeCell((cells[at] ?? "").trim()));
      if (value !== undefined) put(body, name, value);
    }
    return { line, body };
  });
}

/** "timeouts.idleMs" goes one level down. */
function put(body: Record<string, unknown>, name: string, value: unknown): void {
  const [outer = "", inner] = name.split(".");
  if (inner === undefined) body[outer] = value;
  else body[outer] = { ...(body[outer] as object | undefined), [inner]: value };
}

function listOf(cell: string): string[] {
  return cell
    .split(/[;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function modalitiesText({ modalities = {} }: Channel["timeouts"]): string {
  const entries = Object.entries(modalities).flatMap(([kind, limits]) =>
    timeouts.flatMap((name) => (limits?.[name] === undefined ? [] : [`${kind}.${name}=${limits[name]}`])),
  );
  return entries.join("; ");
}

/** As the channel's own shape wants it; what is written otherwise stays as it stands, and is refused there. */
function modalitiesOf(cell: string): unknown {
  const found: Record<string, Record<string, number>> = {};
  for (const entry of listOf(cell)) {
    const [, kind, name, ms] = /^(\w+)\.(\w+)=(\d+)$/.exec(entry) ?? [];
    if (kind === undefined || name === undefined) return cell;
    found[kind] = { ...found[kind], [name]: Number(ms) };
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

function modelText({ model, upstreamModel, contextWindow }: Channel["models"][number]): string {
  const names = model === upstreamModel ? model : `${model}=${upstreamModel}`;
  return (contextWindow ?? null) === null ? names : `${names}#${contextWindow}`;
}

function modelOf(entry: string): unknown {
  const [, names = entry, size] = /^(.+)#(\d+)$/.exec(entry) ?? [];
  const cut = names.indexOf("=");
  if (cut === -1 && size === undefined) return names;
  return {
    model: (cut === -1 ? names : names.slice(0, cut)).trim(),
    ...(cut === -1 ? {} : { upstreamModel: names.slice(cut + 1).trim() }),
    ...(size === undefined ? {} : { contextWindow: Number(size) }),
  };
}
