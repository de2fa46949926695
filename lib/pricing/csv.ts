export type CsvRow = { readonly line: number; readonly fields: Readonly<Record<string, string>> };

/**
 * Reads a plain comma-separated table: the first line names the columns, lines that are empty or start with
 * "#" are passed over, quoting does not exist. `line` is the line's number in the text. Throws an Error that
 * names the line for an unknown, repeated or absent column, a quote, or a line of another length.
 */
export function parseCsv(
  text: string,
  columns: { required: readonly string[]; optional: readonly string[] },
): CsvRow[] {
  const lines = text
    .split(/\r?\n/)
    .map((content, index) => ({ content, line: index + 1 }))
    .filter(({ content }) => content.trim() !== "" && !content.startsWith("#"));
  const [head, ...body] = lines;
  if (head === undefined) throw new Error("line 1: the table is empty");
  const names = splitLine(head.content, head.line);
  checkColumns(names, columns, head.line);
  return body.map(({ content, line }) => {
    const values = splitLine(content, line);
    if (values.length !== names.length) {
      throw new Error(`line ${line}: ${values.length} fields where ${names.length} are named`);
    }
    return { line, fields: Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""])) };
  });
}

function splitLine(content: string, line: number): string[] {
  if (content.includes('"')) throw new Error(`line ${line}: quotes are not read here`);
  return content.split(",").map((field) => field.trim());
}

function checkColumns(
  names: string[],
  columns: { required: readonly string[]; optional: readonly string[] },
  line: number,
): void {
  const known = [...columns.required, ...columns.optional];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`line ${line}: unknown column "${unknown}"`);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new Error(`line ${line}: column "${repeated}" appears twice`);
  const absent = columns.required.find((name) => !names.includes(name));
  if (absent !== undefined) throw new Error(`line ${line}: column "${absent}" is missing`);
}
