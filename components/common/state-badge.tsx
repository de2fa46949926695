import {
  type Icon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleMinus,
  IconCircleX,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./common.module.css";

export type Tone = "ok" | "warn" | "bad" | "idle";

const icons: Record<Tone, Icon> = {
  ok: IconCircleCheck,
  warn: IconAlertTriangle,
  bad: IconCircleX,
  idle: IconCircleMinus,
};

/**
 * A state: icon, word and colour, so that none of the three has to carry it alone. What is well stays quiet:
 * only the other tones have a ground.
 */
export function StateBadge({
  tone,
  children,
  plain = false,
}: {
  tone: Tone;
  children: ReactNode;
  plain?: boolean;
}) {
  const Mark = icons[tone];
  return (
    <span className={classes.state} data-tone={tone} data-plain={plain || tone === "ok" || undefined}>
      <Mark size={14} stroke={1.9} aria-hidden />
      <span>{children}</span>
    </span>
  );
}

/** The tone of an HTTP status: what the client did (4xx, 499) warns, what we or upstream did (5xx) is bad. */
export function toneOfStatus(status: number): Tone {
  if (status < 400) return "ok";
  return status < 500 ? "warn" : "bad";
}
