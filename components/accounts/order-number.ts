const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/** A proposal for an order number that reads well aloud: the day and six letters, "R20261121-7KQM4Z". */
export function makeOrderNo(now: Date, random: () => number): string {
  const day = now.toISOString().slice(0, 10).replaceAll("-", "");
  const letters = Array.from({ length: 6 }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
  return `R${day}-${letters}`;
}
