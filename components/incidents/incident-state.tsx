import { useTranslations } from "next-intl";
import type { Incident } from "#lib/incidents/schema";
import { StateBadge, type Tone } from "../common/state-badge.tsx";

const tones: Record<Incident["state"], Tone> = {
  open: "bad",
  acted: "warn",
  resolved: "ok",
  dismissed: "idle",
};

/** Whether somebody has to see to an incident, or what became of it. */
export function IncidentState({ state }: { state: Incident["state"] }) {
  const t = useTranslations("incidents.states");
  return <StateBadge tone={tones[state]}>{t(state)}</StateBadge>;
}
