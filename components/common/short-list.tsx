import type { ReactNode } from "react";
import classes from "./short-list.module.css";

/** A dozen lines at most within another page, each `<li>` of a name, a state and what stands at the right. */
export function ShortList({ children }: { children: ReactNode }) {
  return <ul className={classes.list}>{children}</ul>;
}
