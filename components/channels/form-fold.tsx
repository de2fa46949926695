"use client";

import { type ReactNode, useState } from "react";
import classes from "./channels.module.css";

type Props = {
  title: string;
  /** What is set inside, in a few words, so that one need not open it to know. */
  summary: string;
  /** Something inside is wrong: it opens by itself. */
  hasError: boolean;
  children: ReactNode;
};

/** A part of the form that most channels leave as it is. */
export function FormFold({ title, summary, hasError, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  if (hasError && !isOpen) setOpen(true);
  return (
    <details
      className={classes.fold}
      open={isOpen}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        <span>{title}</span>
        <span className={classes.foldSummary}>{summary}</span>
      </summary>
      <div>{children}</div>
    </details>
  );
}

/** Whether one of these inputs, or one inside them, was refused. */
export function hasErrorIn(errors: Readonly<Record<string, ReactNode>>, paths: readonly string[]): boolean {
  return Object.keys(errors).some((error) =>
    paths.some((path) => error === path || error.startsWith(`${path}.`)),
  );
}
