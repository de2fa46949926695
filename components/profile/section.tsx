import type { ReactNode } from "react";
import classes from "./profile.module.css";

/** One part of the profile: its name at the left, what it holds at the right. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section} aria-label={title}>
      <h2 className={classes.heading}>{title}</h2>
      <div className={classes.body}>{children}</div>
    </section>
  );
}
