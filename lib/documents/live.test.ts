import { inflateSync } from "node:zlib";
import { expect, it } from "vitest";
import type { DocumentSpec } from "./layout.ts";
import { renderDocument } from "./live.ts";

const name = "北京智谱有限公司 Müller & Söhne 㐀繁體";
const spec: DocumentSpec = {
  title: "充值收据",
  brand: { name: "Tollgate", logo: null },
  facts: [["账户", name]],
  tables: [
    {
      columns: [
        { label: "项目", share: 3 },
        { label: "金额", share: 1, align: "right" },
      ],
      rows: Array.from({ length: 60 }, (_, index) => [`付款 ${index}`, "3,000.00 CNY"]),
      totals: [["合计", "$421.50"]],
    },
  ],
  notes: ["感谢"],
  pageLabel: "第 {page} / {pages} 页",
  createdAt: new Date("2026-11-22T08:00:00Z"),
};

/** Every character that the PDF's fonts say their glyphs stand for: what a reader copies out of it. */
function charactersOf(pdf: Uint8Array): Set<string> {
  const bytes = Buffer.from(pdf);
  const found = new Set<string>();
  for (const { index } of bytes.toString("latin1").matchAll(/\nstream\n/g)) {
    const start = index + "\nstream\n".length;
    const text = inflated(bytes.subarray(start, bytes.indexOf("\nendstream", start)));
    for (const [hex] of text.matchAll(/(?<=<)[0-9a-f]{4,8}(?=>)/gi)) {
      found.add(Buffer.from(hex, "hex").swap16().toString("utf16le"));
    }
  }
  return found;
}

function inflated(bytes: Uint8Array): string {
  try {
    const text = inflateSync(bytes).toString("latin1");
    return text.includes("begincmap") ? text : "";
  } catch {
    return "";
  }
}

it("draws Chinese names that can be read and copied, in a font that the file brings with it", async () => {
  const pdf = await renderDocument(spec);
  const file = Buffer.from(pdf).toString("latin1");
  expect(file.startsWith("%PDF-1.")).toBe(true);
  expect(file).toMatch(/\/FontFile[23] /);
  const known = charactersOf(pdf);
  expect([...`${spec.title}${name}`].filter((character) => !known.has(character))).toEqual([]);
  // Only what is used is brought: the whole font has 10 MB.
  expect(pdf.length).toBeLessThan(100_000);
});

it("goes on over pages", async () => {
  const file = Buffer.from(await renderDocument(spec)).toString("latin1");
  expect(file.match(/\/Type \/Page\n/g)).toHaveLength(3);
});
