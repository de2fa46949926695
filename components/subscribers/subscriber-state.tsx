import { useTranslations } from "next-intl";
import type { SubscriberState as State } from "#lib/subscribers/schema";
import { StateBadge, type Tone } from "../common/state-badge.tsx";

const tones: Record<State, Tone> = {
  pending: "idle",
  confirmed: "ok",
  unsubscribed: "idle",
  suppressed: "warn",
};

/** Whether somebody gets mails. */
export function SubscriberState({ state }: { state: State }) {
  const t = useTranslations("subscribers.states");
  return <StateBadge tone={tones[state]}>{t(state)}</StateBadge>;
}
