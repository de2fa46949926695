import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./common.module.css";

/** What stands where rows will be: what this place is for, and the one step that fills it. */
export function EmptyState({
  icon: Mark,
  title,
  children,
  action,
  titleAs: Title = "p",
}: {
  icon: Icon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** On a page that has no other heading: "h1". */
  titleAs?: "p" | "h1";
}) {
  return (
    <div className={classes.empty}>
      <Mark size={28} stroke={1.4} aria-hidden className={classes.emptyIcon} />
      <Title className={classes.emptyTitle}>{title}</Title>
      {children !== undefined && <div className={classes.emptyText}>{children}</div>}
      {action !== undefined && <div className={classes.emptyAction}>{action}</div>}
    </div>
  );
}
