import { PrivacyView } from "#components/guides/privacy-view";
import { keptDays } from "#lib/logs/kept-service";
import { recorded } from "#lib/privacy/recorded";
import { docsGuides } from "../../../docs-guides.ts";
import { titled } from "../../../page-title.ts";

export const generateMetadata = titled("privacy");

export default async function PrivacyPage() {
  const tables = recorded.filter(({ isPersonal }) => isPersonal);
  const [guides, days] = await Promise.all([docsGuides(), keptDays()]);
  return <PrivacyView tables={tables} guides={guides} days={days} />;
}
