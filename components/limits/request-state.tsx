import { useTranslations } from "next-intl";
import type { LimitRequest } from "#lib/limits/request-schema";
import { StateBadge, type Tone } from "../common/state-badge.tsx";

const tones: Record<LimitRequest["state"], Tone> = {
  waiting: "warn",
  granted: "ok",
  refused: "bad",
  withdrawn: "idle",
};

/** Whether a limit request waits, or what became of it. */
export function RequestState({ state }: { state: LimitRequest["state"] }) {
  const t = useTranslations("limitRequests.states");
  return <StateBadge tone={tones[state]}>{t(state)}</StateBadge>;
}
