import type { ReactNode } from "react";
import classes from "./settings.module.css";

/** One part of the settings: its name and what it is about at the left, its inputs at the right. */
export function Section({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <section className={classes.section} aria-label={title}>
      <header>
        <h2>{title}</h2>
        <p>{text}</p>
      </header>
      <div className={classes.inputs}>{children}</div>
    </section>
  );
}
