import classes from "./brand.module.css";

/** What pages show of the gateway's own face. */
export type Brand = { name: string; logo: string | null; header: string; footer: string };

/** The operator's line above every page. */
export function SiteHeader({ text }: { text: string }) {
  return text === "" ? null : <div className={classes.header}>{text}</div>;
}

/** The operator's own words below pages that need no sign-in. */
export function SiteFooter({ text }: { text: string }) {
  return text === "" ? null : <footer className={classes.footer}>{text}</footer>;
}
