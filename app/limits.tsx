import { CustomerLimitsView } from "#components/limits/customer-limits-view";
import { LimitsView } from "#components/limits/limits-view";
import { listLimitRequestsOperation } from "#lib/api/operations/limit-requests";
import { limitUsageOperation } from "#lib/api/operations/limit-usage";
import { listLimitsOperation } from "#lib/api/operations/limits";
import { limitRequestsQuery, limitsQuery, limitUsageQuery } from "#lib/api/queries";
import { Hydrate } from "./hydrate.tsx";

/** The operators' page of limits: as they are set, as they apply. */
export function OperatorLimitsHome() {
  const limits = { query: limitsQuery(), from: listLimitsOperation, pages: true };
  return (
    <Hydrate prefetch={[limits]}>
      <LimitsView />
    </Hydrate>
  );
}

/** A customer's limits, and what they have asked for. */
export function CustomerLimitsHome({ accountId }: { accountId: string }) {
  const usage = { query: limitUsageQuery({ accountId }), from: limitUsageOperation };
  const requests = {
    query: limitRequestsQuery({ accountId, limit: 20 }),
    from: listLimitRequestsOperation,
    pages: true,
  };
  return (
    <Hydrate prefetch={[usage, requests]}>
      <CustomerLimitsView accountId={accountId} />
    </Hydrate>
  );
}
