"use client";

import { Button, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { modelQuery } from "#lib/api/queries";
import type { Model } from "#lib/models/schema";
import { driftPercent } from "#lib/pricing/drift";
import { cellText, changedPrices, readPrices, withCell } from "#lib/pricing/edit";
import type { OwnPrice, OwnPrices, PutOwnPrice } from "#lib/pricing/own-prices-schema";
import { type PriceComponents, type PriceUnit, priceUnits } from "#lib/pricing/units";
import { Drift } from "../common/drift.tsx";
import { SearchSelect } from "../common/search-select.tsx";
import { findPricedModels } from "../shell/find-options.ts";
import { FormDrawer } from "../shell/form-drawer.tsx";
import classes from "./own-prices.module.css";
import { UnitField } from "./unit-field.tsx";
import { useOwnPriceSaves } from "./use-own-price-saves.ts";

type Props = {
  accountId: string;
  /** null: of a model that is chosen here. */
  own: OwnPrice | null;
  taken: readonly OwnPrice[];
  onSaved: (answer: OwnPrices) => void;
  onClose: () => void;
};
type Typed = Partial<Record<PriceUnit, string>>;

/** One model's price for one account: typed as in the price editor, published at once or drafted and previewed first. */
export function OwnPriceForm({ accountId, own: edited, taken, onSaved, onClose }: Props) {
  const t = useTranslations("ownPrices");
  const [modelId, setModelId] = useState(edited?.model ?? null);
  const [cells, setCells] = useState<Typed>({});
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const { data: model } = useQuery({ ...modelQuery(modelId ?? ""), enabled: modelId !== null });
  const saves = useOwnPriceSaves(accountId, (answer) => {
    onSaved(answer);
    onClose();
  });
  const own = edited ?? taken.find(({ model: known }) => known === modelId) ?? null;
  const base = baseOf(own, model);
  const { components, unreadable } = typed(base, cells);
  const send = (how: (body: PutOwnPrice) => void) => {
    saves.reset();
    setWrong(null);
    if (modelId === null) return setWrong(t("whichModel"));
    if (unreadable.length > 0) return;
    const price = changedPrices(base, components);
    if (Object.keys(price).length === 0) return setWrong(t("nothingChanged"));
    how({ model: modelId, price, reason: reason.trim() });
  };
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={edited === null ? t("addTitle") : t("editTitle", { model: edited.model })}
      action={t("publish")}
      onSubmit={(event) => {
        event.preventDefault();
        send(saves.publish);
      }}
      isBusy={saves.isBusy}
      problem={saves.problem}
      fields={["model", "reason", "entries.0.model", "entries.0.reason"]}
    >
      <p className={classes.note}>{t("text")}</p>
      <SearchSelect
        cacheName="priced-models"
        load={findPricedModels}
        label={t("model")}
        disabled={edited !== null}
        value={modelId}
        onChange={(id) => {
          setModelId(id);
          setCells({});
        }}
        error={wrong ?? saves.said("model")}
        data-autofocus={edited === null || undefined}
        {...(edited === null ? {} : { known: { value: edited.model, label: edited.model } })}
      />
      {model !== undefined && (
        <Cells model={model} {...{ base, components, unreadable, cells }} onChange={setCells} />
      )}
      <Textarea
        label={t("reason")}
        description={t("reasonHelp")}
        autosize
        minRows={2}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        error={saves.said("reason")}
      />
      <div>
        <Button variant="default" disabled={saves.isBusy} onClick={() => send(saves.draft)}>
          {t("draftFirst")}
        </Button>
      </div>
    </FormDrawer>
  );
}

type CellsProps = {
  model: Model;
  base: PriceComponents;
  components: PriceComponents;
  unreadable: readonly PriceUnit[];
  cells: Typed;
  onChange: (cells: Typed) => void;
};

/** A field for each unit that has a price, and how far all of them together are from the official one. */
function Cells({ model, base, components, unreadable, cells, onChange }: CellsProps) {
  const t = useTranslations("ownPrices");
  const official = readPrices(model.official, model.officialConditions);
  const units = priceUnits.filter((unit) => (base[unit] ?? official[unit]) !== undefined);
  return (
    <>
      <div className={classes.fields}>
        {units.map((unit) => (
          <UnitField
            key={unit}
            unit={unit}
            text={cells[unit] ?? cellText(components, unit)}
            components={components}
            list={model.price?.[unit]}
            official={model.official[unit]}
            isUnreadable={unreadable.includes(unit)}
            onChange={(text) => onChange({ ...cells, [unit]: text })}
          />
        ))}
      </div>
      <p className={classes.sum}>
        <span className={classes.dim}>{t("drift")}</span>
        <Drift value={driftPercent(components, official)} />
      </p>
    </>
  );
}

/** What an edit starts from: what the account pays for it now. */
function baseOf(own: OwnPrice | null, model: Model | undefined): PriceComponents {
  if (own?.price != null) return readPrices(own.price, own);
  return model?.price == null ? {} : readPrices(model.price, model);
}

/** The prices after all that was typed; the model's multiplier comes first, for it moves the others. */
function typed(
  base: PriceComponents,
  cells: Typed,
): { components: PriceComponents; unreadable: PriceUnit[] } {
  let components = base;
  const unreadable: PriceUnit[] = [];
  for (const unit of priceUnits) {
    const text = cells[unit];
    if (text === undefined) continue;
    const next = withCell(components, unit, text);
    if (next === undefined) unreadable.push(unit);
    else components = next;
  }
  return { components, unreadable };
}
