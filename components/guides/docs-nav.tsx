import Link from "next/link";
import { useTranslations } from "next-intl";
import classes from "./guides.module.css";

type Entry = { slug: string; title: string };

/** Every page of the docs, at the left; the one that is shown is marked. */
export function DocsNav({ guides, current }: { guides: readonly Entry[]; current: string }) {
  const t = useTranslations("docs");
  const entries = [
    ...guides,
    { slug: "privacy", title: t("privacy") },
    { slug: "api", title: t("reference") },
  ];
  return (
    <nav className={classes.nav} aria-label={t("title")}>
      {entries.map(({ slug, title }) => (
        <Link key={slug} href={`/docs/${slug}`} aria-current={slug === current ? "page" : undefined}>
          {title}
        </Link>
      ))}
      <Link href="/pricing">{t("prices")}</Link>
    </nav>
  );
}
