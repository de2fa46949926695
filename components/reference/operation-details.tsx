import { useTranslations } from "next-intl";
import type { Field, ReferenceOperation } from "./read-document.ts";
import classes from "./reference.module.css";

/** One operation: closed a line, open its parameters, body and answers. */
export function OperationDetails({ operation }: { operation: ReferenceOperation }) {
  const t = useTranslations("reference");
  const { method, path, summary, permission, parameters, body, answers } = operation;
  return (
    <details className={classes.operation}>
      <summary>
        <span className={classes.method} data-method={method}>
          {method}
        </span>
        <code>{path}</code>
        <span className={classes.summary}>{summary}</span>
      </summary>
      <div className={classes.details}>
        {permission !== null && (
          <p className={classes.permission}>
            {t("permission")} <code>{permission}</code>
          </p>
        )}
        {parameters.length > 0 && <FieldTable title={t("parameters")} fields={parameters} />}
        {body.length > 0 && <FieldTable title={t("body")} fields={body} />}
        {answers.map(({ status, description, type, fields }) => (
          <FieldTable
            key={status}
            title={`${status === "default" ? t("error") : status} · ${type === "" ? description : type}`}
            fields={fields}
          />
        ))}
      </div>
    </details>
  );
}

function FieldTable({ title, fields }: { title: string; fields: readonly Field[] }) {
  const t = useTranslations("reference");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={classes.fields} aria-label={title} tabIndex={0}>
      <h3>{title}</h3>
      {fields.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t("field")}</th>
              <th scope="col">{t("type")}</th>
              <th scope="col">{t("meaning")}</th>
            </tr>
          </thead>
          <tbody>{rowsOf(fields, "", t("required"))}</tbody>
        </table>
      )}
    </section>
  );
}

function rowsOf(fields: readonly Field[], prefix: string, required: string): React.ReactNode[] {
  return fields.flatMap((field) => {
    const name = `${prefix}${field.name}`;
    const row = (
      <tr key={name}>
        <th scope="row">
          <code>{name}</code>
          {field.required && <span className={classes.required}>{required}</span>}
        </th>
        <td>{field.type}</td>
        <td>{field.description}</td>
      </tr>
    );
    return [row, ...rowsOf(field.fields, `${name}.`, required)];
  });
}
