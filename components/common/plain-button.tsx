import type { ReactNode } from "react";
import classes from "./plain-button.module.css";

/**
 * A button that looks like the others without their code. For the pages of failure: they belong to every page, and a
 * bundler gives each of them a copy of what they use.
 */
export function PlainButton({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" className={classes.button} data-primary onClick={onClick}>
      {children}
    </button>
  );
}

/** A link that looks like a button. */
export function PlainLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a className={classes.button} href={href}>
      {children}
    </a>
  );
}
