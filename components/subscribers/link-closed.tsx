import { Button } from "@mantine/core";
import Link from "next/link";
import { useTranslations } from "next-intl";
import classes from "./subscribers.module.css";

/** The link of a mail leads nowhere any more. */
export function LinkClosed() {
  const t = useTranslations("subscription");
  return (
    <div className={classes.form}>
      <p className={classes.text}>{t("linkClosed")}</p>
      <Button component={Link} href="/subscribe" fullWidth>
        {t("newOne")}
      </Button>
    </div>
  );
}
