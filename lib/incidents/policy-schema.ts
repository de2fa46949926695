import { z } from "zod";
import { idInput, timeAnswer } from "#lib/core/shapes";
import { incidentPolicy } from "#lib/settings/schema";

export const policyScopes = ["account", "key"] as const;
export type PolicyScope = (typeof policyScopes)[number];

const storedPolicy = incidentPolicy.extend({ updatedBy: z.string(), updatedAt: timeAnswer });

/** The policies that bear on a key or an account, and the one that counts: the key's, else the account's, else the setting. */
export const policiesAnswer = z
  .object({
    key: storedPolicy.nullable(),
    account: storedPolicy.nullable(),
    setting: incidentPolicy,
    inForce: incidentPolicy,
  })
  .meta({ id: "IncidentPolicies" });

export const policiesQuery = z.strictObject({ accountId: idInput, keyId: idInput.optional() });

/** Without `policy` it is taken away: the account's, or the setting, counts again. */
export const putPolicyBody = z.strictObject({
  accountId: idInput,
  keyId: idInput.optional().meta({ description: "the key's own; left out: the account's" }),
  policy: incidentPolicy.nullable(),
});

export type Policies = z.infer<typeof policiesAnswer>;
export type PutPolicy = z.infer<typeof putPolicyBody>;
