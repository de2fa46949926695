import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FormScan, replaceFields, scanForm } from "./form-scan.ts";

const TYPE = "multipart/form-data; boundary=xyz";
const part = (head: string, value = "v") => `--xyz\r\n${head}\r\n\r\n${value}\r\n`;
const named = (name: string, value = "v") => part(`Content-Disposition: form-data; name="${name}"`, value);
const scan = (text: string, type: string | null = TYPE) => scanForm(Buffer.from(text), type);
const problem = (text: string, type: string | null = TYPE) => {
  const read = scan(text, type);
  return read.ok ? "" : read.problem;
};
const good = (read: FormScan) => {
  if (!read.ok) throw new Error(read.problem);
  return read;
};

describe("a form", () => {
  it("is read as the platform's own client writes it, whatever the names and bytes", async () => {
    const name = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .filter((text) => !/[\\\p{Cc}]/u.test(text));
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.constant(Buffer.from("\r\n--\r\n\r\n--x\n")),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(name, value, fc.boolean()), { minLength: 1, maxLength: 8 }),
        async (parts) => {
          const form = new FormData();
          for (const [key, bytes, isFile] of parts) {
            if (isFile) form.append(key, new Blob([new Uint8Array(bytes)]), "a.wav");
            else form.append(key, Buffer.from(bytes).toString("hex"));
          }
          const request = new Request("http://x.test", { method: "POST", body: form });
          const bytes = new Uint8Array(await request.arrayBuffer());
          const read = good(scanForm(bytes, request.headers.get("content-type")));
          const found = read.parts.map(({ isFile, start, end }) => [
            isFile,
            Buffer.from(bytes.subarray(start, end)).toString("hex"),
          ]);
          const sent = parts.map(([, sentBytes, isFile]) => [
            isFile,
            isFile
              ? Buffer.from(sentBytes).toString("hex")
              : Buffer.from(Buffer.from(sentBytes).toString("hex")).toString("hex"),
          ]);
          expect(found).toEqual(sent);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("may have names with lines that are no lines in HTTP", () => {
    expect(good(scan(`${named("a\u2028b")}--xyz--`)).parts).toMatchObject([{ name: "a\u2028b" }]);
  });

  it("has one value replaced, and every other byte stays", () => {
    const bytes = Buffer.from(
      `${named("a", "1")}${part("content-disposition: form-data; NAME=model\r\nContent-Length: 3", "old")}${named("b", "\r\n")}--xyz--\r\n`,
    );
    const read = good(scanForm(bytes, TYPE));
    expect(replaceFields(bytes, read, {})).toBe(bytes);
    const made = Buffer.from(replaceFields(bytes, read, { model: "a newer one" })).toString();
    expect(made).toBe(
      `${named("a", "1")}${named("model", "a newer one").replace("content-d", "Content-D")}${named("b", "\r\n")}--xyz--\r\n`,
    );
  });

  it.each([
    ["no boundary in its type", named("a"), "multipart/form-data"],
    ["two boundaries in it", named("a"), `${TYPE}; boundary=abc`],
    ["a boundary of odd signs", named("a"), "multipart/form-data; boundary=<xyz>"],
    ["another type", named("a"), "application/json"],
    ["no type", named("a"), null],
    ["nothing in it", "", TYPE],
    ["no parts", "--xyz--\r\n", TYPE],
    ["another boundary than it says", named("a").replace("xyz", "abc"), TYPE],
    ["text before it", `hello\r\n${named("a")}--xyz--`, TYPE],
    ["text behind it", `${named("a")}--xyz--\r\nhello`, TYPE],
    ["no end", named("a"), TYPE],
    ["half an end", `${named("a")}--xyz-`, TYPE],
    ["lines that end with LF", `${named("a")}--xyz--`.replaceAll("\r\n", "\n"), TYPE],
    ["its boundary inside a part", `${named("a", "b--xyz--c")}--xyz--`, TYPE],
    ["its boundary inside a part, as another part", `${named("a", `more${named("c")}`)}--xyz--`, TYPE],
    ["spaces behind a boundary", `${named("a")}--xyz  \r\n${named("b").slice(7)}--xyz--`, TYPE],
    ["no empty line behind a head", '--xyz\r\nContent-Disposition: form-data; name="a"\r\n--xyz--', TYPE],
    ["a part without a name", `${part("Content-Type: text/plain")}--xyz--`, TYPE],
    ["an empty name", `${named("")}--xyz--`, TYPE],
    ["a name twice", `${part('Content-Disposition: form-data; name="a"; name="b"')}--xyz--`, TYPE],
    [
      "two heads",
      `${part('Content-Disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="b"')}--xyz--`,
      TYPE,
    ],
    [
      "a second way to write its name",
      `${part("Content-Disposition: form-data; name=\"a\"; name*=utf-8''b")}--xyz--`,
      TYPE,
    ],
    [
      "a name that ends twice",
      `${part('Content-Disposition: form-data; filename="a\\"; name="b"; x="')}--xyz--`,
      TYPE,
    ],
    ["a line that goes on", `${part('Content-Disposition: form-data;\r\n name="a"')}--xyz--`, TYPE],
    ["a bare CR in a head", `${part('Content-Disposition: form-data; name="a"\rX: y')}--xyz--`, TYPE],
    [
      "base64",
      `${part('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64')}--xyz--`,
      TYPE,
    ],
    ["a head of 5 KB", `${part(`Content-Disposition: form-data; name="${"a".repeat(5_000)}"`)}--xyz--`, TYPE],
    ["65 parts", `${named("a").repeat(65)}--xyz--`, TYPE],
  ])("is refused with a sentence that says what to do: %s", (_, text, type) => {
    expect(problem(text, type)).toMatch(/\.$/);
  });

  it("of 32 MB of boundaries takes no longer than its refusal", () => {
    const bytes = Buffer.from("--xyz\r\n".repeat(4_600_000));
    const startedMs = performance.now();
    expect(scanForm(bytes, TYPE).ok).toBe(false);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});
