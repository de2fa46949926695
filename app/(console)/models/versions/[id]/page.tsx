import { VersionAnnouncement } from "#components/announcements/version-announcement";
import { VersionView } from "#components/prices/version-view";
import { getPriceVersionOperation } from "#lib/api/operations/prices";
import { priceVersionQuery } from "#lib/api/queries";
import { Hydrate } from "../../../../hydrate.tsx";
import { titled } from "../../../../page-title.ts";

export const generateMetadata = titled("versions");

export default async function VersionPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <Hydrate prefetch={[{ query: priceVersionQuery(id), from: getPriceVersionOperation }]}>
      <VersionView id={id}>
        <VersionAnnouncement versionId={id} />
      </VersionView>
    </Hydrate>
  );
}
