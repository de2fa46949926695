/**
 * One line of a CSV file after RFC 4180, without its line end. Texts that a spreadsheet would take for a formula get
 * an apostrophe in front; plain numbers stay numbers: -0.5 is one, "-1+cmd|…" is not.
 */
export function csvLine(values: readonly (string | number | boolean | null | undefined)[]): string {
  return values
    .map((value) => csvField(value === null || value === undefined ? "" : String(value)))
    .join(",");
}

export type CsvRecord = { readonly line: number; readonly cells: readonly string[] };

/**
 * Reads RFC 4180: cells in double quotes may hold commas, line breaks and doubled quotes. Empty lines are passed over.
 * `line` is where a record begins. Throws an Error that names the line of a quote that is never closed.
 */
export function readCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let cells: string[] = [];
  let cell = "";
  let line = 1;
  let startedAt = 1;
  let quotedAt: number | undefined;
  const endRecord = () => {
    cells.push(cell);
    if (cells.length > 1 || cell.trim() !== "") records.push({ line: startedAt, cells });
    cells = [];
    cell = "";
    startedAt = line;
  };
  const source = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  for (let at = 0; at < source.length; at += 1) {
    const character = source[at];
    if (character === "\n") line += 1;
    if (quotedAt !== undefined) {
      if (character !== '"') cell += character;
      else if (source[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quotedAt = undefined;
    } else if (character === '"' && cell.trim() === "") {
      cell = "";
      quotedAt = line;
    } else if (character === ",") {
      cells.push(cell);
      cell = "";
    } else if (character === "\n") endRecord();
    else cell += character;
  }
  if (quotedAt !== undefined) throw new Error(`line ${quotedAt}: a quote is opened and never closed`);
  endRecord();
  return records;
}

/** A cell as it was before `csvLine` made it safe. */
export function fromSafeCell(cell: string): string {
  return /^'[=+\-@\t\r\n|]/.test(cell) ? cell.slice(1) : cell;
}

function csvField(text: string): string {
  const isNumber = /^-?\d+(\.\d+)?$/.test(text);
  const safe = !isNumber && /^[=+\-@\t\r\n|]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
