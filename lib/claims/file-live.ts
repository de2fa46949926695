import sharp from "sharp";
import { invalidFields } from "#lib/core/errors";
import { type FileKind, fileKindOf, pdfProblem } from "./file-kind.ts";
import { maxFileBytes } from "./schema.ts";

const MOST_PIXELS = 50_000_000;
const LONGEST_SIDE = 2_400;

/** A file as it is kept: a picture drawn anew, without what was hidden in it. */
export type CleanFile = { bytes: Uint8Array<ArrayBuffer>; kind: FileKind };

/** Checks a file by its content and makes it harmless. Throws 422 on `file`. */
export async function cleanFile(base64: string): Promise<CleanFile> {
  const bytes = new Uint8Array(Buffer.from(base64, "base64"));
  if (bytes.length > maxFileBytes) throw invalidFields({ file: "at most 5 MB" });
  const kind = fileKindOf(bytes);
  if (kind === undefined) throw invalidFields({ file: "a PNG, JPEG or PDF is expected" });
  if (kind === "application/pdf") {
    const problem = pdfProblem(bytes);
    if (problem !== undefined) throw invalidFields({ file: problem });
    return { bytes, kind };
  }
  try {
    const picture = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: "error" })
      .rotate()
      .resize({ width: LONGEST_SIDE, height: LONGEST_SIDE, fit: "inside", withoutEnlargement: true });
    const drawn = kind === "image/png" ? picture.png() : picture.jpeg({ quality: 85 });
    return { bytes: new Uint8Array(await drawn.toBuffer()), kind };
  } catch {
    throw invalidFields({ file: "this picture cannot be read" });
  }
}
