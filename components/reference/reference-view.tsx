import { useTranslations } from "next-intl";
import { PageHeader } from "../shell/page-header.tsx";
import { OperationDetails } from "./operation-details.tsx";
import type { ReferenceGroup } from "./read-document.ts";
import classes from "./reference.module.css";

/** The API by subject: what can be asked, with what, and what comes back. */
export function ReferenceView({ groups }: { groups: readonly ReferenceGroup[] }) {
  const t = useTranslations("reference");
  const filled = groups.filter(({ operations }) => operations.length > 0);
  return (
    <>
      <PageHeader title={t("title")}>
        <a href="/api/openapi.json" className={classes.file}>
          openapi.json
        </a>
      </PageHeader>
      <div className={classes.page}>
        <nav className={classes.toc} aria-label={t("contents")}>
          {filled.map(({ tag }) => (
            <a key={tag} href={`#${anchor(tag)}`}>
              {tag}
            </a>
          ))}
        </nav>
        <div className={classes.groups}>
          <p className={classes.intro}>{t("intro")}</p>
          {filled.map(({ tag, description, operations }) => (
            <section key={tag} id={anchor(tag)} aria-labelledby={`${anchor(tag)}-name`}>
              <h2 id={`${anchor(tag)}-name`}>{tag}</h2>
              {description !== "" && <p className={classes.description}>{description}</p>}
              {operations.map((operation) => (
                <OperationDetails key={operation.id} operation={operation} />
              ))}
            </section>
          ))}
        </div>
      </div>
    </>
  );
}

function anchor(tag: string): string {
  return tag.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}
