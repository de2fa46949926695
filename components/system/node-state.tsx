"use client";

import { useTranslations } from "next-intl";
import type { Node } from "#lib/nodes/schema";
import { StateBadge, type Tone } from "../common/state-badge.tsx";

/** Live, ended in order, or not heard of: bad only if somebody's money hangs on it. */
export function NodeState({ node: { state, leaseCount } }: { node: Node }) {
  const t = useTranslations("nodes.states");
  const tones: Record<Node["state"], Tone> = {
    live: "ok",
    stopped: leaseCount > 0 ? "warn" : "idle",
    away: leaseCount > 0 ? "bad" : "warn",
  };
  return <StateBadge tone={tones[state]}>{t(state)}</StateBadge>;
}

/** How many of a live node's parts work. */
export function PartsState({ node: { parts, state } }: { node: Node }) {
  const t = useTranslations("nodes");
  if (parts.length === 0 || state !== "live") return "–";
  const down = parts.filter((part) => part.state !== "running").length;
  if (down === 0) return <StateBadge tone="ok">{t("allRunning", { count: parts.length })}</StateBadge>;
  return <StateBadge tone="bad">{t("someDown", { down, count: parts.length })}</StateBadge>;
}
