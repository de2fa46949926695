import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("every test that docs/console-proofs.md names is there", () => {
  const text = readFileSync("docs/console-proofs.md", "utf8");
  const lines = [...text.matchAll(/^\|.*\| `([^`]+\.ts)` \| (.+) \|$/gm)];
  expect(lines.length).toBeGreaterThan(60);
  const missing = lines
    .map(([, file = "", name = ""]) => ({ file, name }))
    .filter(({ file, name }) => !readFileSync(file, "utf8").includes(`"${name}"`));
  expect(missing).toEqual([]);
});
