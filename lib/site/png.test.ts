import { crc32, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { cleanPng } from "./png.ts";

const signature = Buffer.from("89504e470d0a1a0a", "hex");
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
function png(
  width: number,
  height: number,
  extra: Buffer[] = [],
  pixels = width * height * 4 + height,
): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const data = deflateSync(Buffer.alloc(pixels, 7));
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    ...extra,
    chunk("IDAT", data),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

describe("a logo", () => {
  it("keeps its pixels and loses everything else that the file held", () => {
    const given = Buffer.concat([
      png(2, 3, [chunk("tEXt", Buffer.from("canary"))]),
      Buffer.from("<script>canary"),
    ]);
    const clean = cleanPng(given);
    expect(clean.toString("latin1")).not.toContain("canary");
    expect(clean).toEqual(cleanPng(png(2, 3)));
  });

  it.each([
    ["an SVG", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>")],
    ["a JPEG", Buffer.from("ffd8ffe000104a464946", "hex")],
    ["a picture that is too large", png(600, 1)],
    ["a small file that unpacks into a large one", png(2, 2, [], 50_000_000)],
    ["a file with too few pixels", png(2, 2, [], 3)],
    ["a file that is cut off", png(2, 2).subarray(0, 40)],
  ])("is refused when it is %s", (_what, bytes) => {
    expect(() => cleanPng(bytes)).toThrow();
  });
});
