"use client";

import { Button, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { DiscoveredModel, DiscoveredModels } from "#lib/channels/discovery/schema";
import { StateBadge, type Tone } from "../common/state-badge.tsx";
import classes from "./channels.module.css";

type Props = {
  found: DiscoveredModels;
  /** Our names that the channel serves already. */
  served: ReadonlySet<string>;
  onAdd: (chosen: DiscoveredModel[]) => void;
  onClose: () => void;
};

const tones: Record<"certain" | "likely" | "guess", Tone> = { certain: "ok", likely: "ok", guess: "warn" };

/** A provider's models with the catalogue's beside them; what is sure and has a price is chosen already. */
export function DiscoveredList({ found, served, onAdd, onClose }: Props) {
  const t = useTranslations("channels");
  const [text, setText] = useState("");
  const open = found.models.filter(({ model, upstreamModel }) => !served.has(model ?? upstreamModel));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(open.filter(isSure).map(({ upstreamModel }) => upstreamModel)),
  );
  const shown = open.filter(({ model, upstreamModel }) =>
    `${model ?? ""} ${upstreamModel}`.toLowerCase().includes(text.trim().toLowerCase()),
  );
  const toggle = (name: string) => {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    setChosen(next);
  };
  const areAllChosen = shown.length > 0 && shown.every(({ upstreamModel }) => chosen.has(upstreamModel));
  const toggleAll = () => {
    const next = new Set(chosen);
    for (const { upstreamModel } of shown) {
      if (areAllChosen) next.delete(upstreamModel);
      else next.add(upstreamModel);
    }
    setChosen(next);
  };
  return (
    <section className={classes.discovered} aria-label={t("discovered")}>
      <header>
        <span>{t("discoveredCount", { count: found.models.length, open: open.length })}</span>
        <TextInput
          size="xs"
          aria-label={t("filterModels")}
          placeholder={t("filterModels")}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
      </header>
      <ul>
        {shown.length > 0 && (
          <li>
            <label>
              <input type="checkbox" checked={areAllChosen} onChange={toggleAll} />
              <span className={classes.dim}>{t("chooseAll", { count: shown.length })}</span>
            </label>
          </li>
        )}
        {shown.map((one) => (
          <li key={one.upstreamModel}>
            <label>
              <input
                type="checkbox"
                checked={chosen.has(one.upstreamModel)}
                onChange={() => toggle(one.upstreamModel)}
              />
              <Found one={one} />
            </label>
          </li>
        ))}
      </ul>
      <footer>
        <Button size="compact-sm" variant="default" onClick={onClose}>
          {t("discoverClose")}
        </Button>
        <Button
          size="compact-sm"
          disabled={chosen.size === 0}
          onClick={() => onAdd(open.filter(({ upstreamModel }) => chosen.has(upstreamModel)))}
        >
          {t("addModels", { count: chosen.size })}
        </Button>
      </footer>
    </section>
  );
}

function Found({ one: { model, upstreamModel, confidence, priced } }: { one: DiscoveredModel }) {
  const t = useTranslations("channels");
  return (
    <span className={classes.found}>
      <span>
        {upstreamModel}
        {model !== null && model !== upstreamModel && <span className={classes.dim}> → {model}</span>}
      </span>
      {confidence === null ? (
        <StateBadge tone="idle">{t("notInCatalogue")}</StateBadge>
      ) : (
        <StateBadge tone={tones[confidence]}>{t(`confidence.${confidence}`)}</StateBadge>
      )}
      {confidence !== null && !priced && <StateBadge tone="warn">{t("unpriced")}</StateBadge>}
    </span>
  );
}

function isSure({ confidence, priced }: DiscoveredModel): boolean {
  return priced && (confidence === "certain" || confidence === "likely");
}
