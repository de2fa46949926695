import { ChannelStrip } from "#components/channels/channel-strip";
import { OverviewView } from "#components/overview/overview-view";
import { listChannelsOperation } from "#lib/api/operations/channels";
import { getOverviewOperation } from "#lib/api/operations/overview";
import { channelsQuery, overviewQuery } from "#lib/api/queries";
import { Hydrate } from "../hydrate.tsx";

export default function OverviewPage() {
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
