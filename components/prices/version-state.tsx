"use client";

import { useTranslations } from "next-intl";
import type { VersionState as State } from "#lib/pricing/version-schema";
import { StateBadge, type Tone } from "../common/state-badge.tsx";

const tones: Record<State, Tone> = { draft: "warn", scheduled: "warn", published: "ok", superseded: "idle" };

export function VersionState({ state }: { state: State }) {
  const t = useTranslations("prices");
  return (
    <StateBadge tone={tones[state]} plain={state === "superseded"}>
      {t(`states.${state}`)}
    </StateBadge>
  );
}
