import { ChannelsView } from "#components/channels/channels-view";
import { listChannelsOperation } from "#lib/api/operations/channels";
import { channelsQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";
import { pick, type SearchParams } from "../../search-params.ts";

export const generateMetadata = titled("channels");

export default async function ChannelsPage({ searchParams }: { searchParams: SearchParams }) {
  const filters = await pick(searchParams, ["q", "model", "status", "health", "sort"]);
  return (
    <Hydrate prefetch={[{ query: channelsQuery(filters), from: listChannelsOperation, pages: true }]}>
      <ChannelsView />
    </Hydrate>
  );
}
