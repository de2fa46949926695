"use client";

import { useTranslations } from "next-intl";
import type { Channel } from "#lib/channels/schema";
import { StateBadge } from "../common/state-badge.tsx";

/** Disabled, failing its calls of the last hour, or in use. */
export function ChannelState({ channel }: { channel: Channel }) {
  const t = useTranslations("channels.states");
  if (channel.status === "disabled") return <StateBadge tone="idle">{t("disabled")}</StateBadge>;
  if (channel.status === "draining") return <StateBadge tone="idle">{t("draining")}</StateBadge>;
  const { requestsLastHour, errorsLastHour } = channel;
  if (requestsLastHour > 0 && errorsLastHour * 2 >= requestsLastHour)
    return <StateBadge tone="bad">{t("failing")}</StateBadge>;
  if (channel.lastTest?.ok === false) return <StateBadge tone="warn">{t("testFailed")}</StateBadge>;
  return <StateBadge tone="ok">{t("active")}</StateBadge>;
}
