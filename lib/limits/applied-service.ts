import { notFound } from "#lib/core/errors";
import type { Check } from "./limiter.ts";
import { currentLevels } from "./live.ts";
import { limitsOf, limitTable } from "./resolve.ts";
import type { AppliedLimit } from "./schema.ts";
import { findLimited, loadLimits } from "./store.ts";

/** Which limits apply to a key and a model, from where, and how much of each is used. Throws 404. */
export async function listApplied(keyId: string, model: string): Promise<AppliedLimit[]> {
  const limited = await findLimited(keyId);
  if (limited === undefined) throw notFound("key");
  const amounts = { rpm: 1, tpm: 1, ipm: 1, vpm: 1, apm: 1, concurrency: 1 };
  const checks = limitsOf({ ...limited, model }, amounts, limitTable(await loadLimits()));
  const levels = await currentLevels(checks);
  return checks.map((check, index) => ({
    metric: check.metric,
    scope: check.scope,
    model: check.model,
    limit: check.limit,
    used: levels[index]?.used ?? 0,
    shadow: check.shadow,
    because: because(check),
  }));
}

function because({ scope, model }: Check): string {
  const on = model === null ? "on all models together" : "on this model";
  if (scope === "key") return `the key's own limit ${on}`;
  if (scope === "account" && model !== null)
    return "the account's own limit on this model, in place of its default";
  if (scope === "default") return `the default ${on}, counted per account`;
  return `the strictest ${on}, set on the ${scope}, counted per account`;
}
