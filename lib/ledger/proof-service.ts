import { keepAlerts } from "#lib/alerts/live";
import { formatUsd } from "#lib/core/money";
import { newId } from "#lib/runtime/id";
import { log } from "#lib/runtime/log";
import type { LedgerProof, ProofDifference } from "./proof.ts";
import { listProofRuns, type ProofRun, proveLedger, writeProofRun } from "./proof-store.ts";
import type { LedgerProofAnswer } from "./schema.ts";
import { sealNextDay } from "./seal-store.ts";

/** Compares the books now, keeps the result, and opens or resolves the alert of a difference. */
export async function verifyBooks(actor: string): Promise<LedgerProofAnswer> {
  const began = performance.now();
  const result = await proveLedger();
  const ok = result.differences.length === 0;
  const run = { id: newId(), actor, ok, durationMs: performance.now() - began, result };
  const at = await writeProofRun(run);
  await keepAlerts("ledger_difference", ok ? [] : [causeOf(result)]);
  return toAnswer({ ...run, at });
}

/** Every night: seals the days of the ledger that are over, then compares the books. */
export async function proveNightly(now: Date): Promise<LedgerProofAnswer> {
  for (;;) {
    const answer = await sealNextDay(now);
    if (answer.kind === "done") break;
    if (answer.kind === "refused") {
      log().error({ differences: answer.differences.length }, "a day of the ledger could not be sealed");
      break;
    }
    const { number, through, rows, hash } = answer.seal;
    // Who keeps this line elsewhere can show later that no seal was replaced.
    log().info({ number, through, rows, hash }, "a day of the ledger was sealed");
  }
  return verifyBooks("nightly proof");
}

/** Runs of the proof, newest first, up to `limit` + 1. */
export async function listProofs(limit: number, before?: string): Promise<LedgerProofAnswer[]> {
  return (await listProofRuns(limit, before)).map(toAnswer);
}

function causeOf({ differences }: LedgerProof) {
  const [first] = differences;
  return { subject: "ledger", data: { count: differences.length, check: first?.check ?? "" } };
}

function toAnswer({ id, at, actor, ok, durationMs, result }: ProofRun): LedgerProofAnswer {
  return {
    ...result,
    id,
    ok,
    actor,
    differences: result.differences.map(shown),
    checkedAt: at.toISOString(),
    durationMs: Math.round(durationMs),
  };
}

function shown(difference: ProofDifference): LedgerProofAnswer["differences"][number] {
  if (difference.check === "seal") return difference;
  const usd = (nanoUsd: string) => formatUsd(BigInt(nanoUsd));
  return { ...difference, expected: usd(difference.expected), actual: usd(difference.actual) };
}
