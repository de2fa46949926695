"use client";

import { useTranslations } from "next-intl";
import type { Node } from "#lib/nodes/schema";
import { Ago } from "../common/ago.tsx";
import { StateBadge, type Tone } from "../common/state-badge.tsx";
import classes from "./system.module.css";

const tones: Record<Node["parts"][number]["state"], Tone> = {
  starting: "warn",
  running: "ok",
  waiting: "bad",
  stopped: "idle",
};

/** Every supervised part: does it work, since when, how often did it fall, what was the last error. */
export function NodeParts({ parts }: Pick<Node, "parts">) {
  const t = useTranslations("nodes");
  if (parts.length === 0) return <p className={classes.dim}>{t("noParts")}</p>;
  return (
    <ul className={classes.parts} aria-label={t("partsTitle")}>
      {parts.map((part) => (
        <li key={part.name}>
          <span className={classes.partName}>{nameOf(part.name, t)}</span>
          <StateBadge tone={tones[part.state]}>{t(`partStates.${part.state}`)}</StateBadge>
          <span className={classes.dim}>
            <Ago at={part.since} /> · {t("restarts", { count: part.restarts })}
          </span>
          {part.lastError !== null && <code className={classes.partError}>{part.lastError}</code>}
        </li>
      ))}
    </ul>
  );
}

/** A part of a newer release has no words here yet. */
function nameOf(name: string, t: ReturnType<typeof useTranslations<"nodes">>): string {
  const key = `partNames.${name}` as "partNames.flusher";
  return t.has(key) ? t(key) : name;
}
