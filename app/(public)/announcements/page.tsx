import { AnnouncementsView } from "#components/announcements/announcements-view";
import { NewsView } from "#components/announcements/news-view";
import { listAnnouncementsOperation } from "#lib/api/operations/announcements";
import { announcementsQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { newsMetadata, newsReader } from "../../news.ts";

export const generateMetadata = newsMetadata;

export default async function AnnouncementsPage() {
  const { isOperator, timeZone } = await newsReader();
  const query = announcementsQuery(isOperator ? { state: "all" } : { limit: 20 });
  return (
    <Hydrate prefetch={[{ query, from: listAnnouncementsOperation, pages: true }]}>
      {isOperator ? <AnnouncementsView /> : <NewsView timeZone={timeZone} />}
    </Hydrate>
  );
}
