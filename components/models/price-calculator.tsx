"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import type { PublicLine, PublicPrice } from "#lib/models/public-schema";
import { imageName } from "#lib/pricing/image-prices";
import { groupDigits, moneyText } from "../common/format-money.ts";
import { type Asked, calculate } from "./calculate.ts";
import classes from "./pricing.module.css";

type Props = {
  models: readonly Pick<PublicPrice, "model" | "price" | "tiers" | "hours" | "images">[];
  lines: readonly PublicLine[];
};

const counts = ["prompt", "cached", "completion", "pieces"] as const;

/** Tokens in, what they cost out: by the code that writes the bills. */
export function PriceCalculator({ models, lines }: Props) {
  const t = useTranslations("pricing");
  const units = useTranslations("bill.units");
  const [modelId, setModelId] = useState(models[0]?.model ?? "");
  const [lineId, setLineId] = useState(lines.find(({ id }) => id === "default")?.id ?? lines[0]?.id ?? "");
  const [asked, setAsked] = useState<Asked>({ prompt: 1_200, cached: 1_000, completion: 300, pieces: 1 });
  const chooseModel = (id: string) => {
    setModelId(id);
    setAsked({ ...asked, hour: undefined, image: undefined });
  };
  const model = models.find((one) => one.model === modelId) ?? models[0];
  const multiplier = lines.find(({ id }) => id === lineId)?.multiplier ?? "1";
  if (model === undefined) return null;
  const bill = calculate(model, asked, multiplier);
  const isByPiece = bill.pieces !== null;
  return (
    <div className={classes.calculator}>
      <div className={classes.inputs}>
        <label>
          <span>{t("model")}</span>
          <select value={model.model} onChange={(event) => chooseModel(event.currentTarget.value)}>
            {models.map((one) => (
              <option key={one.model}>{one.model}</option>
            ))}
          </select>
        </label>
        <label>
          <span>{t("line")}</span>
          <select value={lineId} onChange={(event) => setLineId(event.currentTarget.value)}>
            {lines.map((line) => (
              <option key={line.id} value={line.id}>
                {line.name} ×{line.multiplier}
              </option>
            ))}
          </select>
        </label>
        {model.hours.length > 0 && (
          <Choice
            label={t("when")}
            usual={t("otherHours")}
            value={asked.hour}
            choices={model.hours.map(({ from, to }) => [from, `${from}–${to} UTC`])}
            onChoose={(hour) => setAsked({ ...asked, hour })}
          />
        )}
        {model.images.length > 0 && (
          <Choice
            label={t("sizeAndQuality")}
            usual={undefined}
            value={asked.image}
            choices={model.images.map((image) => [imageName(image), imageName(image)])}
            onChoose={(image) => setAsked({ ...asked, image })}
          />
        )}
        {counts
          .filter((name) => (name === "pieces") === isByPiece)
          .map((name) => (
            <label key={name}>
              <span>
                {name === "pieces" ? units((bill.pieces ?? "call") as "call") : t(`counts.${name}`)}
              </span>
              <input
                type="number"
                inputMode="numeric"
                min={0}
                max={1_000_000_000}
                value={asked[name]}
                onChange={({ currentTarget }) => {
                  const count = Math.trunc(Number(currentTarget.value));
                  if (count >= 0 && count <= 1_000_000_000) setAsked({ ...asked, [name]: count });
                }}
              />
            </label>
          ))}
      </div>
      <output className={classes.result} aria-live="polite">
        <table>
          <tbody>
            {bill.terms.map(({ unit, quantity, each, amount }) => (
              <tr key={unit}>
                <th scope="row">{units(unit as "input")}</th>
                <td>
                  {groupDigits(String(quantity))} × {each}
                </td>
                <td data-right>{amount}</td>
              </tr>
            ))}
            {multiplier !== "1" && (
              <tr>
                <th scope="row">{t("line")}</th>
                <td>× {multiplier}</td>
                <td />
              </tr>
            )}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t("costs")}</th>
              <td className={classes.dim}>{t("perMillion", { cost: moneyText(bill.perMillion) })}</td>
              <td data-right>
                <strong>{moneyText(bill.cost)}</strong>
              </td>
            </tr>
          </tfoot>
        </table>
      </output>
    </div>
  );
}

type ChoiceProps = {
  label: string;
  /** What it is where nothing of the list holds; undefined: the first of the list. */
  usual: string | undefined;
  value: string | undefined;
  choices: readonly (readonly [value: string, text: string])[];
  onChoose(value: string | undefined): void;
};

function Choice({ label, usual, value, choices, onChoose }: ChoiceProps) {
  return (
    <label>
      <span>{label}</span>
      <select
        value={value ?? (usual === undefined ? choices[0]?.[0] : "")}
        onChange={({ currentTarget }) =>
          onChoose(currentTarget.value === "" ? undefined : currentTarget.value)
        }
      >
        {usual !== undefined && <option value="">{usual}</option>}
        {choices.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
