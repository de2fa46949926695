"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { modelQuery } from "#lib/api/queries";
import type { Model } from "#lib/models/schema";
import { Drift } from "../common/drift.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { Facts, SheetSection } from "../common/facts.tsx";
import { groupDigits } from "../common/format-money.ts";
import { Id } from "../common/id.tsx";
import { MultiplierCell } from "../common/multiplier-cell.tsx";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import { useCan } from "../shell/me.tsx";
import { ExactPrice } from "./exact-price.tsx";
import { ModelState } from "./model-state.tsx";
import classes from "./models.module.css";
import { isTokenUnit } from "./unit-price.tsx";

type Props = SheetSteps & {
  id: string;
  known: Model | undefined;
};

/** One model: every price it has, official beside ours, and where the figures are from. */
export function ModelSheet({ id, known, ...sheet }: Props) {
  const t = useTranslations("models");
  const query = useQuery({
    ...modelQuery(id),
    ...(known === undefined ? {} : { initialData: known }),
    staleTime: 60_000,
  });
  const model = query.data;
  const mayEdit = useCan("prices.write");
  const edit = mayEdit && (
    <Link className={classes.edit} href={`/models/prices?q=${encodeURIComponent(id)}`}>
      {t("editPrices")}
    </Link>
  );
  const title = (
    <>
      <span>{id}</span>
      {model !== undefined && <ModelState model={model} />}
    </>
  );
  return (
    <RowSheet label={id} title={title} {...sheet}>
      {model === undefined && query.error !== null && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {model !== undefined && (
        <>
          <SheetSection title={t("prices")} aside={edit}>
            <PriceTable model={model} />
            {model.example && <p className={classes.note}>{t("exampleHelp")}</p>}
          </SheetSection>
          <SheetSection title={t("details")}>
            <ModelFacts model={model} />
          </SheetSection>
        </>
      )}
    </RowSheet>
  );
}

function PriceTable({ model }: { model: Model }) {
  const t = useTranslations("models");
  const tUnits = useTranslations("bill.units");
  const units = [...new Set([...Object.keys(model.official), ...Object.keys(model.price ?? {})])];
  return (
    <table className={classes.prices} aria-label={t("prices")}>
      <thead>
        <tr>
          <th scope="col">{t("unit")}</th>
          <th scope="col">{t("official")}</th>
          <th scope="col">{t("ours")}</th>
          <th scope="col">{t("multiplier")}</th>
        </tr>
      </thead>
      <tbody>
        {units.map((unit) => (
          <tr key={unit}>
            <th scope="row">
              {tUnits(unit as "input")} <span className={classes.dim}>{isTokenUnit(unit) ? "/ 1M" : ""}</span>
            </th>
            <td>{price(model.official[unit])}</td>
            <td>{price(model.price?.[unit])}</td>
            <td>
              <MultiplierCell value={model.multipliers?.[multiplierName(unit)]} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function price(value: string | undefined) {
  return value === undefined ? "–" : <ExactPrice value={value} />;
}

/** Input's multiplier is the model's own, output's is the completion multiplier; the others have their unit's name. */
function multiplierName(unit: string): string {
  if (unit === "input") return "model";
  return unit === "output" ? "completion" : unit;
}

function ModelFacts({ model }: { model: Model }) {
  const t = useTranslations("models");
  const tokens = (count: number | null) => (count === null ? "–" : groupDigits(String(count)));
  return (
    <Facts
      facts={[
        { name: t("vendor"), value: model.vendor },
        { name: t("name"), value: model.displayName },
        { name: t("kind"), value: t(`kinds.${model.kind}`) },
        { name: t("contextWindow"), value: tokens(model.contextWindow) },
        { name: t("maxOutput"), value: tokens(model.maxOutputTokens) },
        { name: t("reasoning"), value: model.reasoning ? t("yes") : t("no") },
        {
          name: t("channels"),
          value: <Link href={`/channels?model=${encodeURIComponent(model.id)}`}>{model.channels}</Link>,
        },
        { name: t("drift"), value: <Drift value={model.drift} /> },
        { name: t("sync"), value: t(`syncPolicies.${model.syncPolicy}`) },
        ...(model.statedReason === null ? [] : [{ name: t("reason"), value: model.statedReason }]),
        { name: t("source"), value: `${model.source} · ${model.sourceDate}` },
        { name: t("priceVersion"), value: <Id value={model.priceVersionId} /> },
      ]}
    />
  );
}
