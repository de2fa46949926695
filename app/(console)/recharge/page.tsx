import { notFound } from "next/navigation";
import { CustomerRechargeView } from "#components/recharges/customer-recharge-view";
import { TierProgressList } from "#components/tiers/progress";
import { listPaymentMethods } from "#lib/api/operations/payments";
import { paymentMethodsQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { readMe } from "../../me.ts";
import { titled } from "../../page-title.ts";

export const generateMetadata = titled("recharge");

export default async function RechargePage() {
  const me = await readMe();
  if (me?.role !== "customer" || me.accountId === null) notFound();
  return (
    <Hydrate prefetch={[{ query: paymentMethodsQuery(), from: listPaymentMethods }]}>
      <CustomerRechargeView accountId={me.accountId}>
        <TierProgressList accountId={me.accountId} />
      </CustomerRechargeView>
    </Hydrate>
  );
}
