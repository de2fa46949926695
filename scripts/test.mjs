// `npm test`: everything that must hold before a change is done, from a fresh clone, with npm alone.
// Runs on the system's Node (20 or later, no dependencies yet); every stage then runs under the project's own.
//
//   node scripts/test.mjs                all stages
//   node scripts/test.mjs --full         the same with every matrix and duration at full size
//   node scripts/test.mjs types unit     only these

import { runStages } from "./test-run.mjs";
import { stages } from "./test-stages.mjs";

const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const full = process.argv.includes("--full");
const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(
    `No such stage: ${unknown.join(", ")}. There are: ${stages.map((stage) => stage.name).join(", ")}.`,
  );
  process.exit(2);
}

const wanted = stages.filter(
  (stage) =>
    (names.length === 0 ? full || !stage.fullOnly : names.includes(stage.name)) || stage.name === "install",
);
process.exitCode = await runStages(wanted, { full });
