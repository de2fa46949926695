import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Logo } from "../shell/logo.tsx";
import classes from "./reference.module.css";

/** The page for those who are not signed in: the gateway's name and the way in. */
export function PublicFrame({ siteName, children }: { siteName: string; children: ReactNode }) {
  const t = useTranslations("auth");
  return (
    <div className={classes.public}>
      <header className={classes.publicHead}>
        <Link href="/">
          <Logo name={siteName} />
        </Link>
        <Link href="/" className={classes.file}>
          {t("signIn")}
        </Link>
      </header>
      <main>{children}</main>
    </div>
  );
}
