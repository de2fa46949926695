import { notFound } from "next/navigation";
import { GuideView } from "#components/guides/guide-view";
import { listedErrors } from "#lib/gateway/errors";
import { docsGuides, type GuideProps, titledGuide } from "../../../docs-guides.ts";

export const generateMetadata = titledGuide;

export default async function GuidePage({ params }: GuideProps) {
  const { guide: slug } = await params;
  const guides = await docsGuides();
  const guide = guides.find((one) => one.slug === slug) ?? notFound();
  return <GuideView guide={guide} guides={guides} errors={listedErrors()} />;
}
