/** One authored file: its path from the project's root, with `/`, and its text. */
export type SourceFile = { path: string; text: string };

/**
 * What a file's name and size promise (docs/architecture.md), checked. Pure: returns one sentence per broken
 * promise, naming the file and what to do.
 */
export function vocabularyProblems(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => [
    ...nameProblems(file.path),
    ...sizeProblems(file),
    ...purityProblems(file),
  ]);
}

/** Lines of a text; a last line break opens no line of its own. */
export function lineCount(text: string): number {
  return text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;
const ROUTE_FOLDER = /^\(?\[{0,2}(\.\.\.)?[a-zA-Z0-9_-]+\]{0,2}\)?$/;
const DRAWERS = /^(utils?|helpers?|misc|shared|constants|types|hooks)(\.tsx?)?$/;
const IMPURE = /(^|\/)([a-z0-9-]+-)?(store|service|live|send|options)\.ts$/;

/** Longest a file may be, by what it is: the first pattern that fits. */
const LIMITS: readonly (readonly [RegExp, number, string])[] = [
  [/^app\/.*\/?page\.tsx$/, 20, "a page composes: move the rest to components/"],
  [/^app\/.*\/?route\.ts$/, 15, "a route handler parses, calls lib and answers"],
  [/\.test\.tsx?$/, 400, "split the test by guarantee"],
  [/./, 400, "split it by verb or by part"],
];

/** What only impure files may do: reach the clock, chance, the network, the process. */
const WORLD: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\(\)|\bnew Date\(\)|\bperformance\.now\(\)/, "reads the clock: take `now` as an argument"],
  [
    /\bMath\.random\(|\brandomBytes\(|\brandomUUID\(|\bgetRandomValues\(/,
    "draws chance: take it as an argument",
  ],
  [/(?<![.\w"'`])fetch\(/, "goes to the network: take `fetch` as an argument"],
  [/\bprocess\.(env|exit|on)\b/, "touches the process: read lib/runtime/config in an impure file"],
];

function nameProblems(path: string): string[] {
  const parts = path.split("/");
  const name = parts.at(-1) ?? "";
  const found: string[] = [];
  for (const part of parts) {
    if (DRAWERS.test(part)) found.push(`${path}: "${part}" is a drawer, not a name: say what is inside`);
  }
  if (!KEBAB.test(name)) found.push(`${path}: file names are kebab-case`);
  for (const folder of parts.slice(0, -1)) {
    if (!KEBAB.test(folder) && !(parts[0] === "app" && ROUTE_FOLDER.test(folder))) {
      found.push(`${path}: the folder "${folder}" is not kebab-case`);
    }
  }
  if (path.startsWith("lib/") && name.endsWith(".tsx")) {
    found.push(`${path}: lib runs without a compiler, .tsx does not: components/ is its place`);
  }
  return found;
}

function sizeProblems(file: SourceFile): string[] {
  const lines = lineCount(file.text);
  const [, limit, remedy] = LIMITS.find(([pattern]) => pattern.test(file.path)) ?? [/./, 400, ""];
  return lines > limit ? [`${file.path}: ${lines} lines, at most ${limit}: ${remedy}`] : [];
}

function purityProblems(file: SourceFile): string[] {
  if (!isPureByName(file.path)) return [];
  const code = withoutCommentsAndText(file.text);
  return WORLD.filter(([pattern]) => pattern.test(code)).map(
    ([, remedy]) => `${file.path}: a file of this name is a pure rule, but it ${remedy}`,
  );
}

/** lib/core/time.ts is where the clock itself is made; db, runtime and api are foundations and transport. */
function isPureByName(path: string): boolean {
  if (!/^lib\/[^/]+\//.test(path) || /^lib\/(db|runtime|api)\//.test(path)) return false;
  return !IMPURE.test(path) && !/\.test\.tsx?$|\/testing\.ts$/.test(path) && path !== "lib/core/time.ts";
}

function withoutCommentsAndText(code: string): string {
  return code
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/(^|[^:"'`])\/\/.*$/gm, "$1")
    .replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""');
}
