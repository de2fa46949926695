import type { ReactNode } from "react";
import { PageHeader } from "../shell/page-header.tsx";
import { DocsNav } from "./docs-nav.tsx";
import { ErrorCatalogue, type ListedError } from "./error-catalogue.tsx";
import { FilledCode } from "./filled-code.tsx";
import type { Guide, GuidePart } from "./guide.ts";
import classes from "./guides.module.css";
import { InlineText } from "./inline-text.tsx";

type Props = { guide: Guide; guides: readonly Guide[]; errors: readonly ListedError[] };

/** One page of the docs, with the way to all others. */
export function GuideView({ guide, guides, errors }: Props) {
  return (
    <DocsPage title={guide.title} nav={<DocsNav guides={guides} current={guide.slug} />}>
      <p className={classes.summary}>{guide.summary}</p>
      {guide.sections.map(({ heading, parts }) => (
        <section key={heading} aria-label={heading}>
          <h2>{heading}</h2>
          {parts.map((part, index) => (
            // The text of a guide never changes while it is shown.
            // biome-ignore lint/suspicious/noArrayIndexKey: paragraphs have no other name
            <Part key={index} part={part} errors={errors} />
          ))}
        </section>
      ))}
    </DocsPage>
  );
}

export function DocsPage({ title, nav, children }: { title: string; nav: ReactNode; children: ReactNode }) {
  return (
    <>
      <PageHeader title={title} />
      <div className={classes.page}>
        {nav}
        <article className={classes.article}>{children}</article>
      </div>
    </>
  );
}

function Part({ part, errors }: { part: GuidePart; errors: readonly ListedError[] }) {
  if (part.kind === "code") return <FilledCode label={part.label} code={part.code} />;
  if (part.kind === "errors") return <ErrorCatalogue errors={errors} />;
  if (part.kind === "text") {
    return (
      <p>
        <InlineText words={part.text} />
      </p>
    );
  }
  return (
    <ul>
      {part.items.map((item) => (
        <li key={item}>
          <InlineText words={item} />
        </li>
      ))}
    </ul>
  );
}
