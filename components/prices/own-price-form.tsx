"use client";

import { Button, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { modelQuery } from "#lib/api/queries";
import type { Model } from "#lib/models/schema";
import { driftPercent } from "#lib/pricing/drift";
import { cellText, changedPrices, readPrices, withCell } from "#lib/pricing/edit";
import type { OwnPrice, OwnPrices, PutOwnPrice } from "#lib/pricing/own-prices-schema";
import { type PriceComponents, type PriceUnit, priceUnits } from "#lib/pricing/units";
import type { PriceVersionDetail } from "#lib/pricing/version-schema";
import { Drift } from "../common/drift.tsx";
import { SearchSelect } from "../common/search-select.tsx";
import { findPricedModels } from "../shell/find-options.ts";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./own-prices.module.css";
import { UnitField } from "./unit-field.tsx";

type Props = {
  accountId: string;
  /** null: of a model that is chosen here. */
  own: OwnPrice | null;
  taken: readonly OwnPrice[];
  onSaved: (answer: OwnPrices) => void;
  onClose: () => void;
};
type Cells = Partial<Record<PriceUnit, string>>;

/** One model's price for one account: typed as in the price editor, published at once or drafted and previewed first. */
export function OwnPriceForm({ accountId, own: edited, taken, onSaved, onClose }: Props) {
  const t = useTranslations("ownPrices");
  const router = useRouter();
  const [modelId, setModelId] = useState(edited?.model ?? null);
  const [cells, setCells] = useState<Cells>({});
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const { data: model } = useQuery({ ...modelQuery(modelId ?? ""), enabled: modelId !== null });
  const own = edited ?? taken.find(({ model: known }) => known === modelId) ?? null;
  const base = baseOf(own, model);
  const official = readPrices(model?.official ?? {}, model?.officialConditions);
  const { components, unreadable } = typed(base, cells);
  const units = priceUnits.filter((unit) => (base[unit] ?? official[unit]) !== undefined);
  const change = { model: modelId ?? "", price: changedPrices(base, components), reason: reason.trim() };
  const publish = useApiMutation<PutOwnPrice, OwnPrices>({
    send: (body) => ({ method: "PUT", path: `/api/accounts/${accountId}/prices`, body }),
    invalidates: ["/api/accounts", "/api/prices"],
    onSaved: (answer) => {
      notifications.show({ color: "green", message: t("published") });
      onSaved(answer);
      onClose();
    },
  });
  const draft = useApiMutation<PutOwnPrice, PriceVersionDetail>({
    send: (body) => ({
      method: "POST",
      path: "/api/prices/versions",
      body: { entries: [{ accountId, ...body }] },
    }),
    invalidates: ["/api/prices"],
    idempotent: true,
    onSaved: ({ id }) => router.push(`/models/versions/${id}`),
  });
  const isBusy = publish.isPending || draft.isPending;
  const failed = publish.error ?? draft.error;
  const said = (field: string) => failed?.fields[field] ?? failed?.fields[`entries.0.${field}`];
  const send = (how: (body: PutOwnPrice) => void) => {
    draft.reset();
    publish.reset();
    setProblem(null);
    if (modelId === null) return setProblem(t("whichModel"));
    if (unreadable.length > 0) return;
    if (Object.keys(change.price).length === 0) return setProblem(t("nothingChanged"));
    how(change);
  };
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={edited === null ? t("addTitle") : t("editTitle", { model: edited.model })}
      action={t("publish")}
      onSubmit={(event) => {
        event.preventDefault();
        send(publish.mutate);
      }}
      isBusy={isBusy}
      problem={failed}
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
        error={problem ?? said("model")}
        data-autofocus={edited === null || undefined}
        {...(edited === null ? {} : { known: { value: edited.model, label: edited.model } })}
      />
      {model !== undefined && (
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
                onChange={(text) => setCells({ ...cells, [unit]: text })}
              />
            ))}
          </div>
          <p className={classes.sum}>
            <span className={classes.dim}>{t("drift")}</span>
            <Drift value={driftPercent(components, official)} />
          </p>
        </>
      )}
      <Textarea
        label={t("reason")}
        description={t("reasonHelp")}
        autosize
        minRows={2}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        error={said("reason")}
      />
      <div>
        <Button variant="default" disabled={isBusy} onClick={() => send(draft.mutate)}>
          {t("draftFirst")}
        </Button>
      </div>
    </FormDrawer>
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
  cells: Cells,
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
