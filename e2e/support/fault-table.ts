import { APIError } from "openai";
import type { FaultResult } from "./fault-bench.ts";

/** The bench's results as Markdown: docs/faults.md. */
export function faultTable(results: readonly FaultResult[]): string {
  const section = (title: string, stream: boolean) =>
    [
      `## ${title}`,
      "",
      "| upstream | one channel: the client sees | tries | billed | two channels: the client sees | tries | billed |",
      "| --- | --- | --- | --- | --- | --- | --- |",
      ...names(results).map((name) => {
        const cells = [1, 2].flatMap((channels) => {
          const result = results.find(
            (one) => one.name === name && one.stream === stream && one.channels === channels,
          );
          return result === undefined ? ["", "", ""] : [seen(result), tries(result), billed(result)];
        });
        return `| ${[name, ...cells].join(" | ")} |`;
      }),
    ].join("\n");
  return `${INTRODUCTION}\n\n${section("JSON", false)}\n\n${section("Streams", true)}\n`;
}

const INTRODUCTION = `# What happens when an upstream fails

This table is written by \`e2e/faults.test.ts\`, which puts every fault in front of a real gateway and calls it with the
official \`openai\` client; a difference between table and behaviour is a failed test (\`UPDATE_FAULTS=1\` writes it anew).
With two channels the faulty one, A, has the higher priority and B behind it is well. A try is a channel with upstream's
HTTP status or the fault's class. Billed is what the row says: tokens of prompt + answer, as upstream reported them or
\`counted\` by the gateway. What each class does to its channel
stands in [channels.md](channels.md).`;

function names(results: readonly FaultResult[]): string[] {
  return [...new Set(results.map(({ name }) => name))];
}

function seen({ outcome }: FaultResult): string {
  if (outcome.kind === "whole") return "the whole answer";
  const error = outcome.error;
  const what = error instanceof APIError ? `\`${nameOf(error)}\`` : "an error";
  const code = error instanceof APIError && error.code ? ` ${error.code}` : "";
  if (outcome.kind === "cut") return `${outcome.words} words, then ${what}${code}`;
  return `${what} ${outcome.error.status ?? ""}${code}`;
}

function nameOf(error: APIError): string {
  return error.constructor.name;
}

/** "A http_500 → B 200". */
function tries({ row }: FaultResult): string {
  if (row.attempts.length === 0) return "none";
  return row.attempts
    .map(({ channelName, status, errorClass }) => {
      const channel = channelName?.endsWith(" B") ? "B" : "A";
      return `${channel} ${errorClass ?? status ?? ""}`;
    })
    .join(" → ");
}

function billed({ row }: FaultResult): string {
  if (row.cost === "0") return "nothing";
  const tokens = `${row.promptTokens} + ${row.completionTokens}`;
  return row.usageSource === "counted" ? `${tokens} counted` : tokens;
}
