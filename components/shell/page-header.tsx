import Link from "next/link";
import type { ReactNode } from "react";
import classes from "./shell.module.css";

type Props = {
  title: string;
  /** The page above this one. */
  parent?: { href: string; title: string };
  /** Beside the title: a state, a count. */
  beside?: ReactNode;
  /** At the top right, always in sight. */
  children?: ReactNode;
};

/** The first line of a page: where one is, and what one can do here. */
export function PageHeader({ title, parent, beside, children }: Props) {
  return (
    <div className={classes.pageHeader}>
      {parent !== undefined && (
        <Link href={parent.href} className={classes.crumb}>
          {parent.title}
          <span aria-hidden> /</span>
        </Link>
      )}
      <h1 className={classes.pageTitle}>{title}</h1>
      {beside}
      {children !== undefined && <div className={classes.pageActions}>{children}</div>}
    </div>
  );
}
