import type { ReactNode } from "react";
import { Logo } from "../shell/logo.tsx";
import classes from "./auth.module.css";

/** The page of those who are not signed in: the name of the gateway, one form. */
export function AuthCard({
  siteName,
  title,
  children,
}: {
  siteName: string;
  title: string;
  children: ReactNode;
}) {
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <Logo name={siteName} />
        <h1 className={classes.title}>{title}</h1>
        {children}
      </div>
    </main>
  );
}
