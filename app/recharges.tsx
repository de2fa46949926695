import { RechargesView } from "#components/recharges/recharges-view";
import { listClaimsOperation } from "#lib/api/operations/claims";
import { listRechargesOperation } from "#lib/api/operations/recharges";
import { claimsQuery, rechargesQuery } from "#lib/api/queries";
import { Hydrate } from "./hydrate.tsx";

/** The operators' queue, with the claims and orders that wait above it. */
export function RechargesHome() {
  const orders = { query: rechargesQuery(), from: listRechargesOperation, pages: true };
  const claims = { query: claimsQuery({ state: "waiting" }), from: listClaimsOperation, pages: true };
  const waiting = {
    query: rechargesQuery({ waiting: "true" }),
    from: listRechargesOperation,
    pages: true,
  };
  return (
    <Hydrate prefetch={[orders, claims, waiting]}>
      <RechargesView />
    </Hydrate>
  );
}
