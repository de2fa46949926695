"use client";

import { Button, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Tagged } from "#lib/api/client";
import { modelQuery } from "#lib/api/queries";
import type { Model } from "#lib/models/schema";
import { driftPercent } from "#lib/pricing/drift";
import { cellText, changedPrices, readPrices } from "#lib/pricing/edit";
import type { OwnPrices, PutOwnPrice } from "#lib/pricing/own-prices-schema";
import { type PriceComponents, type PriceUnit, priceUnits } from "#lib/pricing/units";
import { Drift } from "../common/drift.tsx";
import { SearchSelect } from "../common/search-select.tsx";
import { EditConflict } from "../shell/edit-conflict.tsx";
import { findPricedModels } from "../shell/find-options.ts";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { type FieldConflict, mergeEdit } from "../shell/merge-edit.ts";
import { useEdited } from "../shell/use-edited.ts";
import { baseOf, type Typed, textsOf, typed } from "./own-price-values.ts";
import classes from "./own-prices.module.css";
import { UnitField } from "./unit-field.tsx";
import { useOwnPriceSaves } from "./use-own-price-saves.ts";

type Props = {
  accountId: string;
  /** The model whose price is changed; null: it is chosen here. */
  edited: string | null;
  onSaved: (answer: OwnPrices) => void;
  onClose: () => void;
};

/** One model's price for one account: typed as in the price editor, published at once or drafted and previewed first. */
export function OwnPriceForm(props: Props) {
  const { data } = useEdited<OwnPrices>(`/api/accounts/${props.accountId}/prices`);
  return data === undefined ? null : <Filled {...props} prices={data} />;
}

function Filled({ accountId, edited, onSaved, onClose, prices }: Props & { prices: Tagged<OwnPrices> }) {
  const t = useTranslations("ownPrices");
  const units = useTranslations("prices.units");
  const [known, setKnown] = useState(prices);
  const [modelId, setModelId] = useState(edited);
  const [cells, setCells] = useState<Typed>({});
  const [conflicts, setConflicts] = useState<FieldConflict[] | null>(null);
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const { data: model } = useQuery({ ...modelQuery(modelId ?? ""), enabled: modelId !== null });
  const baseIn = ({ items }: OwnPrices) => baseOf(items.find((own) => own.model === modelId) ?? null, model);
  const base = baseIn(known.value);
  const { components, unreadable } = typed(base, cells);
  const saves = useOwnPriceSaves(accountId, known.etag, {
    onPublished: (answer) => {
      onSaved(answer);
      onClose();
    },
    onStale: ({ current, etag }) => {
      const value = current as OwnPrices;
      const merged = mergeEdit(textsOf(base), textsOf(components), textsOf(baseIn(value)));
      setCells(merged.values);
      setConflicts(merged.conflicts);
      setKnown({ value, etag });
    },
  });
  const choose = (name: string, text: unknown) => setCells({ ...cells, [name]: String(text ?? "") });
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
      title={edited === null ? t("addTitle") : t("editTitle", { model: edited })}
      action={t("publish")}
      onSubmit={(event) => {
        event.preventDefault();
        send(saves.publish);
      }}
      isBusy={saves.isBusy}
      problem={saves.problem}
      fields={["model", "reason", "entries.0.model", "entries.0.reason"]}
    >
      {conflicts !== null && (
        <EditConflict
          conflicts={conflicts.map((conflict) => ({
            ...conflict,
            label: units(conflict.name as PriceUnit),
            isTheirs: textsOf(components)[conflict.name as PriceUnit] === conflict.theirs,
          }))}
          onChoose={choose}
          textOf={undefined}
        />
      )}
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
          setConflicts(null);
        }}
        error={wrong ?? saves.said("model")}
        data-autofocus={edited === null || undefined}
        {...(edited === null ? {} : { known: { value: edited, label: edited } })}
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
