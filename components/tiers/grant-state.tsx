import { useTranslations } from "next-intl";
import type { TierGrantAnswer } from "#lib/tiers/schema";
import { StateBadge, type Tone } from "../common/state-badge.tsx";

const tones: Record<TierGrantAnswer["state"], Tone> = {
  offered: "warn",
  granted: "ok",
  declined: "idle",
  ended: "idle",
};

/** Whether an offer waits for an operator, or what became of it. */
export function GrantState({ state }: { state: TierGrantAnswer["state"] }) {
  const t = useTranslations("tiers.states");
  return <StateBadge tone={tones[state]}>{t(state)}</StateBadge>;
}
