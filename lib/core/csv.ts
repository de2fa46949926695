/**
 * One line of a CSV file after RFC 4180, without its line end. Texts that a spreadsheet would take for a formula get
 * an apostrophe in front; plain numbers stay numbers: -0.5 is one, "-1+cmd|…" is not.
 */
export function csvLine(values: readonly (string | number | boolean | null | undefined)[]): string {
  return values
    .map((value) => csvField(value === null || value === undefined ? "" : String(value)))
    .join(",");
}

function csvField(text: string): string {
  const isNumber = /^-?\d+(\.\d+)?$/.test(text);
  const safe = !isNumber && /^[=+\-@\t\r\n|]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
