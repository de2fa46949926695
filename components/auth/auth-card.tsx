import type { ReactNode } from "react";
import { type Brand, SiteFooter, SiteHeader } from "../shell/brand.tsx";
import { Logo } from "../shell/logo.tsx";
import classes from "./auth.module.css";

/** The page of those who are not signed in: the name of the gateway, one form. */
export function AuthCard({ site, title, children }: { site: Brand; title: string; children: ReactNode }) {
  return (
    <div className={classes.whole}>
      <SiteHeader text={site.header} />
      <main className={classes.page}>
        <div className={classes.card}>
          <Logo name={site.name} logo={site.logo} />
          <h1 className={classes.title}>{title}</h1>
          {children}
        </div>
      </main>
      <SiteFooter text={site.footer} />
    </div>
  );
}
