import { listIdentities } from "#lib/api/operations/identities";
import { listMySignIns } from "#lib/api/operations/profile";
import { getSignInOptions } from "#lib/api/operations/sign-in";
import { getOwnSubscription } from "#lib/api/operations/subscriptions";
import { identitiesQuery, ownSubscriptionQuery, signInOptionsQuery, signInsQuery } from "#lib/api/queries";
import type { Prefetch } from "./hydrate.tsx";

/** What the profile is drawn with. */
export function profileParts(): readonly Prefetch[] {
  return [
    { query: signInsQuery(), from: listMySignIns },
    { query: identitiesQuery(), from: listIdentities },
    { query: signInOptionsQuery(), from: getSignInOptions },
    { query: ownSubscriptionQuery(), from: getOwnSubscription },
  ];
}
