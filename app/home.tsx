import { ChannelStrip } from "#components/channels/channel-strip";
import { OpenIncidents } from "#components/incidents/open-strip";
import { OverviewView } from "#components/overview/overview-view";
import { DashboardView, NoAccount } from "#components/portal/dashboard-view";
import { LowBalance } from "#components/tiers/low-balance";
import { TierProgressList } from "#components/tiers/progress";
import { getAccountOperation } from "#lib/api/operations/accounts";
import { listChannelsOperation } from "#lib/api/operations/channels";
import { listLogsOperation } from "#lib/api/operations/logs";
import { getOverviewOperation } from "#lib/api/operations/overview";
import { accountQuery, channelsQuery, logsQuery, overviewQuery } from "#lib/api/queries";
import { Hydrate } from "./hydrate.tsx";

/** The first page of the operators: the whole business. */
export function OperatorHome() {
  const prefetch = [
    { query: overviewQuery(), from: getOverviewOperation },
    { query: channelsQuery(), from: listChannelsOperation, pages: true },
  ];
  return (
    <Hydrate prefetch={prefetch}>
      <OverviewView channels={<ChannelStrip />} />
    </Hydrate>
  );
}

/** The first page of a customer: their account. */
export function CustomerHome({ accountId }: { accountId: string | null }) {
  if (accountId === null) return <NoAccount />;
  const prefetch = [
    { query: accountQuery(accountId), from: getAccountOperation },
    { query: logsQuery({ limit: 8 }), from: listLogsOperation, pages: true },
  ];
  return (
    <Hydrate prefetch={prefetch}>
      <DashboardView
        accountId={accountId}
        incidents={<OpenIncidents />}
        low={<LowBalance accountId={accountId} />}
        tiers={<TierProgressList accountId={accountId} />}
      />
    </Hydrate>
  );
}
