import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { type Brand, SiteFooter, SiteHeader } from "../shell/brand.tsx";
import { Logo } from "../shell/logo.tsx";
import classes from "./reference.module.css";

/** The page for those who are not signed in: the gateway's name and the way in. */
export function PublicFrame({ site, children }: { site: Brand; children: ReactNode }) {
  const t = useTranslations("auth");
  return (
    <div className={classes.public}>
      <SiteHeader text={site.header} />
      <header className={classes.publicHead}>
        <Link href="/">
          <Logo name={site.name} logo={site.logo} />
        </Link>
        <nav className={classes.publicNav} aria-label={site.name}>
          <Link href="/pricing">{t("prices")}</Link>
          <Link href="/announcements">{t("announcements")}</Link>
          <Link href="/docs">{t("docs")}</Link>
          <Link href="/" className={classes.file}>
            {t("signIn")}
          </Link>
        </nav>
      </header>
      <main>{children}</main>
      <SiteFooter text={site.footer} />
    </div>
  );
}
