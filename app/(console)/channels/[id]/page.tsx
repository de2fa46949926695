import { ChannelView } from "#components/channels/channel-view";
import { getChannelHealthOperation } from "#lib/api/operations/channel-health";
import { getChannelOperation } from "#lib/api/operations/channels";
import { channelHealthQuery, channelQuery } from "#lib/api/queries";
import { Hydrate } from "../../../hydrate.tsx";
import { titled } from "../../../page-title.ts";

export const generateMetadata = titled("channels");

export default async function ChannelPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const channel = { query: channelQuery(id), from: getChannelOperation };
  const health = { query: channelHealthQuery(id), from: getChannelHealthOperation };
  return (
    <Hydrate prefetch={[channel, health]}>
      <ChannelView id={id} />
    </Hydrate>
  );
}
