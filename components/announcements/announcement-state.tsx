import { useTranslations } from "next-intl";
import type { AnnouncementState as State } from "#lib/announcements/schema";
import { StateBadge, type Tone } from "../common/state-badge.tsx";

const tones: Record<State, Tone> = { draft: "warn", published: "ok", withdrawn: "idle" };

/** Where an announcement stands. */
export function AnnouncementState({ state }: { state: State }) {
  const t = useTranslations("announcements.states");
  return <StateBadge tone={tones[state]}>{t(state)}</StateBadge>;
}
