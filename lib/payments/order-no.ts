/** Without what is read as something else: 0 and O, 1 and I and L, U and V. */
const letters = "23456789ABCDEFGHJKMNPQRSTWXYZ";

/** An order's number that people can read out: "R261122-8F3KQ7ZM", by a day and 8 random bytes. */
export function orderNumber(at: Date, random: Uint8Array): string {
  const day = at.toISOString().slice(2, 10).replaceAll("-", "");
  const rest = [...random.subarray(0, 8)].map((byte) => letters[byte % letters.length]).join("");
  return `R${day}-${rest}`;
}
