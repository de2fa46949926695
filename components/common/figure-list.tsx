"use client";

import Link from "next/link";
import { type ReactNode, useId } from "react";
import classes from "./common.module.css";

/** `href`: the rows that the figure counts. */
export type ListedFigure = { name: string; value: ReactNode; href: string };

type Props = { figures: readonly ListedFigure[]; className?: string | undefined };

/** Figures with their names, each a link to its rows. */
export function FigureList({ figures, className }: Props) {
  const id = useId();
  return (
    <dl className={className}>
      {figures.map(({ name, value, href }, at) => (
        <div key={name}>
          <dt id={`${id}-name-${at}`}>{name}</dt>
          <dd>
            <Link
              id={`${id}-value-${at}`}
              href={href}
              className={classes.figureLink}
              aria-labelledby={`${id}-name-${at} ${id}-value-${at}`}
            >
              {value}
            </Link>
          </dd>
        </div>
      ))}
    </dl>
  );
}
