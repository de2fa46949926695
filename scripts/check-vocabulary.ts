import { globSync, readFileSync } from "node:fs";
import { vocabularyProblems } from "./vocabulary.ts";

const AUTHORED = "{app,bench,components,e2e,i18n,lib,prisma,scripts,server}/**/*.{ts,tsx,mjs}";
/** Fewer means that the pattern above no longer finds the project. */
const LEAST_FILES = 60;

/** Checks every authored file against scripts/vocabulary.ts; exit code 1 and one line per broken promise. */
function main(): void {
  const paths = globSync(AUTHORED, { exclude: ["lib/db/generated/**", "**/node_modules/**"] });
  const problems = vocabularyProblems(paths.map((path) => ({ path, text: readFileSync(path, "utf8") })));
  for (const problem of problems) console.error(problem);
  console.log(`${paths.length} files, ${problems.length} problems`);
  if (problems.length > 0 || paths.length < LEAST_FILES) process.exitCode = 1;
}

main();
