/** Ranges of addresses with what stands at each. */
export type Ranges = {
  /** What follows the two addresses in the line whose range holds this one. */
  find(ip: string): string | undefined;
  size: number;
};

/** Reads a table "first,last,value…" line by line, sorted by address. */
export type RangesReader = {
  add(line: string): void;
  /** All that was read; the reader is not used again. */
  ranges(): Ranges;
};

/**
 * An empty table. What comes of it stands outside the heap of JavaScript, in 12 bytes for a range of IPv4, 20 for one of
 * IPv6 (by its first 64 bits), and each value once: as half a million objects, every collection of garbage would go
 * through it.
 */
export function readRanges(): RangesReader {
  const numbers = new Map<string, number>();
  const [v4, v6]: [number[], number[]] = [[], []];

  function numbered(value: string): number {
    const known = numbers.get(value);
    if (known !== undefined) return known;
    numbers.set(value, numbers.size);
    return numbers.size - 1;
  }

  return {
    add(line) {
      const first = line.indexOf(",");
      const second = line.indexOf(",", first + 1);
      if (first === -1 || second === -1) return;
      const [from, to] = [line.slice(0, first), line.slice(first + 1, second)];
      const value = numbered(line.slice(second + 1).trim());
      if (from.includes(":")) v6.push(...topOf(from), ...topOf(to), value);
      else v4.push(numberOf(from), numberOf(to), value);
    },
    ranges: () => rangesOf(Uint32Array.from(v4), Uint32Array.from(v6), [...numbers.keys()]),
  };
}

const V4_LENGTH = 3;
const V6_LENGTH = 5;

function rangesOf(v4: Uint32Array, v6: Uint32Array, values: readonly string[]): Ranges {
  const texts = Buffer.from(values.join("\n"));
  const starts = startsOf(texts, values.length);
  return {
    size: v4.length / V4_LENGTH + v6.length / V6_LENGTH,
    find(ip) {
      const value = ip.includes(":") ? findTop(v6, topOf(ip)) : findNumber(v4, numberOf(ip));
      if (value === undefined) return undefined;
      return texts.toString("utf8", starts[value], (starts[value + 1] ?? 0) - 1);
    },
  };
}

/** Where each of so many lines begins, and where one behind the last would. */
function startsOf(texts: Buffer, count: number): Uint32Array {
  const starts = new Uint32Array(count + 1);
  for (let line = 1; line < count; line += 1) starts[line] = texts.indexOf("\n", starts[line - 1]) + 1;
  starts[count] = texts.length + 1;
  return starts;
}

function findNumber(v4: Uint32Array, ip: number): number | undefined {
  let [low, high] = [0, v4.length / V4_LENGTH - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = middle * V4_LENGTH;
    if (ip < (v4[at] ?? 0)) high = middle - 1;
    else if (ip > (v4[at + 1] ?? 0)) low = middle + 1;
    else return v4[at + 2];
  }
  return undefined;
}

function findTop(v6: Uint32Array, ip: Top): number | undefined {
  let [low, high] = [0, v6.length / V6_LENGTH - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = middle * V6_LENGTH;
    if (isBefore(ip, [v6[at] ?? 0, v6[at + 1] ?? 0])) high = middle - 1;
    else if (isBefore([v6[at + 2] ?? 0, v6[at + 3] ?? 0], ip)) low = middle + 1;
    else return v6[at + 4];
  }
  return undefined;
}

const isBefore = ([high, low]: Top, [otherHigh, otherLow]: Top) =>
  high < otherHigh || (high === otherHigh && low < otherLow);

function numberOf(ip: string): number {
  let number = 0;
  for (const part of ip.split(".")) number = number * 256 + Number(part);
  return number;
}

/** The first 64 bits of an IPv6 address, as two numbers of 32. */
type Top = readonly [number, number];

function topOf(ip: string): Top {
  const [head = "", tail] = ip.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...new Array<string>(zeros).fill("0"), ...after];
  const bits = (index: number) => Number.parseInt(groups[index] || "0", 16);
  return [bits(0) * 0x10000 + bits(1), bits(2) * 0x10000 + bits(3)];
}
