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

/** Ours ÷ official in percent; 100 % is the rule and is set back. */
export function Drift({ value }: { value: string | null }) {
  if (value === null) return <span style={{ color: "var(--tg-dim)" }}>–</span>;
  const [top = "0", bottom = "1"] = value.split("/");
  const percent = Number(top) / Number(bottom);
  const text = `${Number(percent.toFixed(2))} %`;
  if (percent === 100) return <span style={{ color: "var(--tg-dim)" }}>{text}</span>;
  const isFar = percent < 50 || percent > 100;
  return <span style={{ color: isFar ? "var(--tg-warn)" : "inherit", fontWeight: 600 }}>{text}</span>;
}
