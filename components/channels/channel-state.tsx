"use client";

import { useTranslations } from "next-intl";
import type { Channel } from "#lib/channels/schema";
import { useFaultWord } from "../common/fault-word.ts";
import { StateBadge, type Tone } from "../common/state-badge.tsx";
import classes from "./channels.module.css";
import { NextTry } from "./next-try.tsx";

const tones: Record<Channel["health"]["state"], Tone> = {
  healthy: "ok",
  degraded: "warn",
  rate_limited: "warn",
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

/** The state, and of a channel that is not well why: for lists. */
export function ChannelStateWithReason({ channel }: { channel: Channel }) {
  return (
    <span className={classes.stateCell}>
      <ChannelState channel={channel} />
      <ChannelReason channel={channel} className={classes.stateNote} />
    </span>
  );
}

/** Why a channel is not well, and when it is asked again; nothing of one that is well or switched off. */
export function ChannelReason({ channel, className }: { channel: Channel; className: string | undefined }) {
  const t = useTranslations("channels");
  const wordOf = useFaultWord();
  const { reason, nextProbeAt, state } = channel.health;
  if (reason === null || state === "disabled" || state === "draining") return null;
  // "Rate limited" says its own reason.
  const words = reason === state ? null : wordOf(reason);
  return (
    <span className={className} title={words ?? undefined}>
      {words}
      {words !== null && nextProbeAt !== null && ", "}
      {nextProbeAt !== null && (
        <>
          {t("nextTryAt")} <NextTry at={nextProbeAt} />
        </>
      )}
    </span>
  );
}

type PartState = "closed" | "rate_limited" | "open" | "half_open";

/** The state of one model or one credential of a channel, and why it is so. */
export function PartState({ part }: { part: { state: PartState; reason: string | null } }) {
  const t = useTranslations("channels.partStates");
  const wordOf = useFaultWord();
  const { state, reason } = part;
  const tone = ({ closed: "ok", rate_limited: "warn", half_open: "warn", open: "bad" } as const)[state];
  const words = [t(state), reason === null || reason === state ? null : wordOf(reason)];
  return <StateBadge tone={tone}>{words.filter((word) => word !== null).join(" · ")}</StateBadge>;
}
