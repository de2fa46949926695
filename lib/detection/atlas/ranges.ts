/**
 * Ranges of addresses with what stands at each, built line by line from a table "first,last,value…" that is sorted by
 * address. IPv4 in 12 bytes a range, IPv6 (by its first 64 bits) in 20.
 */
export type Ranges = {
  add(line: string): void;
  /** What follows the two addresses in the line whose range holds this one. */
  find(ip: string): string | undefined;
  size(): number;
};

/** An empty table; lines go in sorted by address, and equal values are kept once. */
export function createRanges(): Ranges {
  const values = new Map<string, number>();
  const texts: string[] = [];
  const v4: number[] = [];
  const v6: bigint[] = [];
  const v6Values: number[] = [];
  function numbered(text: string): number {
    const known = values.get(text);
    if (known !== undefined) return known;
    values.set(text, texts.length);
    texts.push(text);
    return texts.length - 1;
  }
  return {
    add(line) {
      const first = line.indexOf(",");
      const second = line.indexOf(",", first + 1);
      if (first === -1 || second === -1) return;
      const [from, to] = [line.slice(0, first), line.slice(first + 1, second)];
      const value = numbered(line.slice(second + 1).trim());
      if (from.includes(":")) {
        v6.push(topOf(from), topOf(to));
        v6Values.push(value);
      } else v4.push(numberOf(from), numberOf(to), value);
    },
    find(ip) {
      const value = ip.includes(":") ? findTop(v6, v6Values, topOf(ip)) : findNumber(v4, numberOf(ip));
      return value === undefined ? undefined : texts[value];
    },
    size: () => v4.length / 3 + v6Values.length,
  };
}

function findNumber(v4: readonly number[], ip: number): number | undefined {
  let [low, high] = [0, v4.length / 3 - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (ip < (v4[middle * 3] ?? 0)) high = middle - 1;
    else if (ip > (v4[middle * 3 + 1] ?? 0)) low = middle + 1;
    else return v4[middle * 3 + 2];
  }
  return undefined;
}

function findTop(v6: readonly bigint[], values: readonly number[], ip: bigint): number | undefined {
  let [low, high] = [0, values.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (ip < (v6[middle * 2] ?? 0n)) high = middle - 1;
    else if (ip > (v6[middle * 2 + 1] ?? 0n)) low = middle + 1;
    else return values[middle];
  }
  return undefined;
}

function numberOf(ip: string): number {
  let number = 0;
  for (const part of ip.split(".")) number = number * 256 + Number(part);
  return number;
}

/** The first 64 bits of an IPv6 address. */
function topOf(ip: string): bigint {
  const [head = "", tail] = ip.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...new Array<string>(zeros).fill("0"), ...after];
  let top = 0n;
  for (let index = 0; index < 4; index += 1)
    top = (top << 16n) + BigInt(Number.parseInt(groups[index] || "0", 16));
  return top;
}
