import { crc32 } from "node:zlib";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * A well-formed key secret around 32 base62 characters, made without the product's own code: `sk-tg-`, the
 * characters, and CRC32 over both in six base62 digits, the most significant first.
 */
export function checksummedSecret(random: string): string {
  const head = `sk-tg-${random}`;
  let rest = crc32(head);
  let digits = "";
  for (let place = 0; place < 6; place += 1) {
    digits = (DIGITS[rest % 62] ?? "") + digits;
    rest = Math.floor(rest / 62);
  }
  return head + digits;
}
