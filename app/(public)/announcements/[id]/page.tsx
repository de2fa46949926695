import { AnnouncementView } from "#components/announcements/announcement-view";
import { getAnnouncementOperation } from "#lib/api/operations/announcements";
import { announcementQuery } from "#lib/api/queries";
import { Hydrate } from "../../../hydrate.tsx";
import { announcementMetadata, newsReader } from "../../../news.ts";

export const generateMetadata = announcementMetadata;

export default async function AnnouncementPage({ params }: { params: Promise<{ id: string }> }) {
  const [{ id }, reader] = await Promise.all([params, newsReader()]);
  return (
    <Hydrate prefetch={[{ query: announcementQuery(id), from: getAnnouncementOperation }]}>
      <AnnouncementView id={id} {...reader} />
    </Hydrate>
  );
}
