import { useTranslations } from "next-intl";
import classes from "./guides.module.css";

export type ListedError = { code: string; status: number; message: string };

/** Every code that the gateway answers with, from the catalogue that it answers from. */
export function ErrorCatalogue({ errors }: { errors: readonly ListedError[] }) {
  const t = useTranslations("docs");
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t("status")}</th>
          <th scope="col">{t("code")}</th>
          <th scope="col">{t("meaning")}</th>
        </tr>
      </thead>
      <tbody>
        {errors.map(({ code, status, message }) => (
          <tr key={code}>
            <td>{status}</td>
            <th scope="row">
              <code>{code}</code>
            </th>
            <td>{message}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
