import { describe, expect, it } from "vitest";
import { lineCount, vocabularyProblems } from "./vocabulary.ts";

const problems = (path: string, text = "export const x = 1;\n") => vocabularyProblems([{ path, text }]);

describe("names", () => {
  it("accepts what the layout uses", () => {
    const fine = [
      "lib/keys/store.ts",
      "app/api/keys/[id]/route.ts",
      "app/(console)/keys/page.tsx",
      "app/api/[...rest]/route.ts",
      "lib/gateway/handle.test.ts",
    ];
    expect(fine.flatMap((path) => problems(path))).toEqual([]);
  });

  it.each([
    "lib/utils/x.ts",
    "lib/keys/helpers.ts",
    "components/keys/KeyForm.tsx",
    "lib/Keys/x.ts",
    "lib/mail/a.tsx",
  ])("refuses %s", (path) => {
    expect(problems(path)).toHaveLength(1);
  });
});

describe("sizes", () => {
  it.each([
    ["app/(console)/keys/page.tsx", 20],
    ["app/page.tsx", 20],
    ["app/api/keys/route.ts", 15],
    ["lib/keys/store.ts", 400],
  ])("allows %s just %i lines", (path, limit) => {
    expect(problems(path, "a;\n".repeat(limit))).toEqual([]);
    expect(problems(path, "a;\n".repeat(limit + 1))).toHaveLength(1);
  });

  it("counts a last line break as no line", () => {
    expect([lineCount(""), lineCount("a"), lineCount("a\n"), lineCount("a\nb")]).toEqual([0, 1, 1, 2]);
  });
});

describe("purity", () => {
  it.each(["Date.now()", "new Date()", "Math.random()", "fetch('x')", "process.env.A"])(
    "refuses %s in a rule and allows it in live.ts",
    (code) => {
      expect(problems("lib/keys/price.ts", `export const x = ${code};\n`)).toHaveLength(1);
      expect(problems("lib/keys/live.ts", `export const x = ${code};\n`)).toEqual([]);
    },
  );

  it("does not read comments, texts or an injected fetch", () => {
    const text = '// Date.now()\n/** fetch( */\nexport const x = deps.fetch("Math.random()");\n';
    expect(problems("lib/keys/price.ts", text)).toEqual([]);
  });
});
