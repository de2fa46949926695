import { CustomerRechargeView } from "#components/recharges/customer-recharge-view";
import { LowBalance } from "#components/tiers/low-balance";
import { OwnNotices } from "#components/tiers/own-notices";
import { TierProgressList } from "#components/tiers/progress";
import { StatementsList } from "#components/tiers/statements-list";
import { getBalanceCareOperation } from "#lib/api/operations/balance";
import { listPaymentMethods } from "#lib/api/operations/payments";
import { listRechargesOperation } from "#lib/api/operations/recharges";
import { listStatementsOperation } from "#lib/api/operations/statements";
import { getProgressOperation } from "#lib/api/operations/tiers";
import {
  balanceCareQuery,
  paymentMethodsQuery,
  rechargesQuery,
  statementsQuery,
  tierProgressQuery,
} from "#lib/api/queries";
import { Hydrate } from "./hydrate.tsx";

/** A customer's page of money in, composed of what several features know of it. */
export function OwnRechargesHome({ accountId }: { accountId: string }) {
  const prefetch = [
    { query: paymentMethodsQuery(), from: listPaymentMethods },
    { query: rechargesQuery({ accountId, limit: 20 }), from: listRechargesOperation, pages: true },
    { query: balanceCareQuery(accountId), from: getBalanceCareOperation },
    { query: tierProgressQuery(accountId), from: getProgressOperation },
    { query: statementsQuery(accountId), from: listStatementsOperation, pages: true },
  ];
  return (
    <Hydrate prefetch={prefetch}>
      <CustomerRechargeView
        accountId={accountId}
        low={<LowBalance accountId={accountId} />}
        tiers={<TierProgressList accountId={accountId} />}
        statements={<StatementsList accountId={accountId} />}
        notices={<OwnNotices accountId={accountId} />}
      />
    </Hydrate>
  );
}
