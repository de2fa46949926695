"use client";

import { useTranslations } from "next-intl";
import type { Channel } from "#lib/channels/schema";
import { useFaultWord } from "../common/fault-word.ts";
import { StateBadge, type Tone } from "../common/state-badge.tsx";

const tones: Record<Channel["health"]["state"], Tone> = {
  healthy: "ok",
  degraded: "warn",
  half_open: "warn",
  open: "bad",
  draining: "idle",
  disabled: "idle",
};

/** How a channel does now, in a word; why, on hovering. */
export function ChannelState({ channel: { health } }: { channel: Channel }) {
  const t = useTranslations("channels.states");
  const wordOf = useFaultWord();
  return (
    <span title={health.reason === null ? undefined : wordOf(health.reason)}>
      <StateBadge tone={tones[health.state]}>{t(health.state)}</StateBadge>
    </span>
  );
}

type PartState = "closed" | "open" | "half_open";

/** The state of one model or one credential of a channel, and why it is so. */
export function PartState({ part }: { part: { state: PartState; reason: string | null } }) {
  const t = useTranslations("channels.partStates");
  const wordOf = useFaultWord();
  const tone = ({ closed: "ok", half_open: "warn", open: "bad" } as const)[part.state];
  const words = [t(part.state), part.reason === null ? null : wordOf(part.reason)];
  return <StateBadge tone={tone}>{words.filter((word) => word !== null).join(" · ")}</StateBadge>;
}
