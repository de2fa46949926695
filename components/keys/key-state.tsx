"use client";

import { useTranslations } from "next-intl";
import type { Key } from "#lib/keys/schema";
import { StateBadge } from "../common/state-badge.tsx";

/** What a key's next call would meet: active, disabled, or expired. */
export function KeyState({ apiKey }: { apiKey: Key }) {
  const t = useTranslations("keys.states");
  if (apiKey.status === "disabled") return <StateBadge tone="idle">{t("disabled")}</StateBadge>;
  const isExpired = apiKey.expiresAt !== null && Date.parse(apiKey.expiresAt) <= Date.now();
  if (isExpired) return <StateBadge tone="warn">{t("expired")}</StateBadge>;
  return <StateBadge tone="ok">{t("active")}</StateBadge>;
}
