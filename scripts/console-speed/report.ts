import type { Interaction } from "./interactions.ts";
import type { Scores } from "./lighthouse.ts";
import type { ScriptBytes } from "./script-bytes.ts";

type Figures = {
  scores: readonly Scores[];
  scripts: ScriptBytes;
  interaction: Interaction;
  limits: { score: number; scriptKiB: number; interactionMs: number };
  machine: string;
  day: string;
  rows: number;
};

/** docs/console-speed.md: what was measured, where and when, beside what is promised. */
export function reportOf({ scores, scripts, interaction, limits, machine, day, rows }: Figures): string {
  const lines = scores.map(
    ({ name, performance, accessibility, bestPractices }) =>
      `| ${name} | ${performance} | ${accessibility} | ${bestPractices} |`,
  );
  return `# How fast the console is

Written by \`npm run lighthouse\` on ${day}, ${machine}: the built app with its embedded Postgres, Chromium and Lighthouse
from npm, everything on the same machine.

| page (Lighthouse, desktop preset, median of 3) | performance | accessibility | best practices |
| --- | ---: | ---: | ---: |
${lines.join("\n")}

Promised: at least ${limits.score} everywhere.

| | measured | promised |
| --- | ---: | ---: |
| first-load JavaScript of the request logs: what the document names, gzip | ${scripts.firstKiB} KiB | ≤ ${limits.scriptKiB} KiB |
| what comes by itself after it: toasts, pages that links lead to | ${scripts.laterKiB} KiB | |
| longest interaction to next paint with ${rows.toLocaleString("en")} rows loaded and scrolled (${interaction.what}, of ${interaction.count} over 16 ms) | ${interaction.ms} ms | < ${limits.interactionMs} ms |
`;
}
