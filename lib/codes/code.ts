import { createHash } from "node:crypto";

/** Without what is read as something else. 29 letters: 16 of them are 77 bits. */
const letters = "23456789ABCDEFGHJKMNPQRSTWXYZ";
const LENGTH = 16;

/** A code from random bytes, at least 64 of them: "8F3K-Q7ZM-…", four by four. Bytes that would favour a letter are passed over. */
export function codeFrom(random: Uint8Array): string {
  const fair = Math.floor(256 / letters.length) * letters.length;
  const chosen = [...random].filter((byte) => byte < fair).slice(0, LENGTH);
  if (chosen.length < LENGTH) throw new Error("a code takes more random bytes");
  const text = chosen.map((byte) => letters[byte % letters.length]).join("");
  return text.replace(/(.{4})(?=.)/g, "$1-");
}

/** What is kept of a code: the same however somebody types its dashes, blanks and case. */
export function hashOfCode(code: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    createHash("sha256")
      .update(`tollgate code ${plain(code)}`)
      .digest(),
  );
}

/** Whether a text can be a code at all. */
export function isCode(text: string): boolean {
  const code = plain(text);
  return code.length === LENGTH && [...code].every((letter) => letters.includes(letter));
}

function plain(code: string): string {
  return code.toUpperCase().replace(/[\s-]/g, "");
}
