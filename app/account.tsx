import { AccountView } from "#components/accounts/account-view";
import { KeysOfAccount } from "#components/keys/keys-of-account";
import { AccountLimits } from "#components/limits/account-limits";
import { LastCalls } from "#components/logs/last-calls";
import { MembersOfAccount } from "#components/people/members-view";
import { OwnPrices } from "#components/prices/own-prices";
import { CreditPanel } from "#components/tiers/credit-panel";

/** One account, composed of what several features know of it. */
export function AccountHome({ id }: { id: string }) {
  const keys = <KeysOfAccount accountId={id} />;
  const calls = <LastCalls filter={{ accountId: id }} />;
  const limits = <AccountLimits accountId={id} />;
  const credit = <CreditPanel accountId={id} />;
  const prices = <OwnPrices accountId={id} />;
  const members = <MembersOfAccount accountId={id} />;
  return (
    <AccountView
      id={id}
      credit={credit}
      prices={prices}
      keys={keys}
      calls={calls}
      limits={limits}
      members={members}
    />
  );
}
