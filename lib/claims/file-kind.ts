export type FileKind = "image/png" | "image/jpeg" | "application/pdf";

/** What a file is by its content, whatever its name says; undefined: none that is taken. */
export function fileKindOf(bytes: Uint8Array): FileKind | undefined {
  const starts = (...head: number[]) => head.every((byte, at) => bytes[at] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "image/png";
  if (starts(0xff, 0xd8, 0xff)) return "image/jpeg";
  if (starts(0x25, 0x50, 0x44, 0x46, 0x2d)) return "application/pdf";
  return undefined;
}

/** What is wrong with a PDF that only has to show a payment; undefined: nothing. */
export function pdfProblem(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString("latin1");
  if (!text.slice(-2048).includes("%%EOF")) return "this PDF is cut off";
  if (/\/(JavaScript|JS|Launch|EmbeddedFile|OpenAction|AA|RichMedia|XFA)\b/.test(text)) {
    return "this PDF does more than show something: send a picture of it";
  }
  return undefined;
}
