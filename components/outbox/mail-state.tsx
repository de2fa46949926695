"use client";

import { useTranslations } from "next-intl";
import type { MailState as State } from "#lib/mail/schema";
import { StateBadge, type Tone } from "../common/state-badge.tsx";

const tones: Record<State, Tone> = {
  queued: "idle",
  sending: "idle",
  sent: "ok",
  retry: "warn",
  failed: "bad",
  in_doubt: "warn",
};

/** What became of a mail. */
export function MailState({ state }: { state: State }) {
  const t = useTranslations("outbox.states");
  return <StateBadge tone={tones[state]}>{t(state)}</StateBadge>;
}
