import type { Metadata } from "next";
import { getLocale } from "next-intl/server";
import type { Guide } from "#components/guides/guide";

export type GuideProps = { params: Promise<{ guide: string }> };

/** The guides in the reader's language. Only the server holds their texts. */
export async function docsGuides(): Promise<readonly Guide[]> {
  const isChinese = (await getLocale()) === "zh";
  const text = isChinese ? import("#components/guides/text/zh") : import("#components/guides/text/en");
  return (await text).guides;
}

/** The title of a guide's tab. */
export async function titledGuide({ params }: GuideProps): Promise<Metadata> {
  const { guide } = await params;
  return { title: (await docsGuides()).find(({ slug }) => slug === guide)?.title ?? "" };
}
