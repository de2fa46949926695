"use client";

import { useTranslations } from "next-intl";
import type { Model } from "#lib/models/schema";
import { StateBadge } from "../common/state-badge.tsx";

/** Can it be called: sold, or what it lacks. */
export function stateOf({ price, sold }: Model): "unpriced" | "noChannel" | "sold" {
  if (price === null) return "unpriced";
  return sold ? "sold" : "noChannel";
}

export function ModelState({ model }: { model: Model }) {
  const t = useTranslations("models");
  const state = stateOf(model);
  if (state === "unpriced") return <StateBadge tone="bad">{t("unpriced")}</StateBadge>;
  if (state === "noChannel")
    return (
      <StateBadge tone="idle" plain>
        {t("noChannel")}
      </StateBadge>
    );
  return <StateBadge tone="ok">{t("sold")}</StateBadge>;
}
