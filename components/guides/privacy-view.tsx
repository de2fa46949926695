import { useTranslations } from "next-intl";
import { columnsOf, type Purpose, type RecordedTable } from "#lib/privacy/recorded-table";
import { DocsNav } from "./docs-nav.tsx";
import type { Guide } from "./guide.ts";
import { DocsPage } from "./guide-view.tsx";
import classes from "./guides.module.css";

/** Days by setting; 0: for ever. */
type Days = Record<"logs" | "rollups" | "addresses", number>;
type Props = { tables: readonly RecordedTable[]; guides: readonly Guide[]; days: Days };

/** Every recorded field of callers and people, why it is there and how long it is kept. */
export function PrivacyView({ tables, guides, days }: Props) {
  const t = useTranslations("privacy");
  return (
    <DocsPage title={t("title")} nav={<DocsNav guides={guides} current="privacy" />}>
      <p className={classes.summary}>{t("summary")}</p>
      <p>
        <strong>{t("never")}</strong>
      </p>
      <p>{t("made")}</p>
      {days.addresses > 0 && <p>{t("blanked", { days: days.addresses })}</p>}
      {tables.map((table) => (
        <Recorded key={table.table} table={table} days={days} />
      ))}
    </DocsPage>
  );
}

function Recorded({ table, days }: { table: RecordedTable; days: Days }) {
  const t = useTranslations("privacy");
  const name = table.table.replace(".", "_");
  const isNamed = t.has(`tables.${name}` as "tables.public_account");
  const title = isNamed ? t(`tables.${name}` as "tables.public_account") : table.table;
  const { retention } = table;
  const kept = retention in days ? days[retention as keyof Days] : 0;
  const byPurpose = Map.groupBy(columnsOf(table), ({ purpose }) => purpose);
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <p className={classes.summary}>
        {t("retention")}: {t(`retentions.${retention}`, { days: kept })}
      </p>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t("purpose")}</th>
              <th scope="col">{t("field")}</th>
            </tr>
          </thead>
          <tbody>
            {[...byPurpose].map(([purpose, columns]: [Purpose, { column: string }[]]) => (
              <tr key={purpose}>
                <th scope="row">{t(`purposes.${purpose}`)}</th>
                <td>
                  {columns.map(({ column }) => (
                    <span key={column}>
                      <code>{column}</code>{" "}
                    </span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
