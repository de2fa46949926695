import { checksumOk } from "#lib/keys/secret";

const SHAPE = /sk-tg-[0-9A-Za-z]{38}(?![0-9A-Za-z])/g;
/** More in one text are no leak but a list. */
export const mostFound = 200;

/** The texts that can be secrets of ours, each once: right prefix, right length, right checksum. */
export function findSecrets(text: string): string[] {
  const found = new Set<string>();
  for (const [secret] of text.matchAll(SHAPE)) {
    if (checksumOk(secret)) found.add(secret);
    if (found.size >= mostFound) break;
  }
  return [...found];
}
