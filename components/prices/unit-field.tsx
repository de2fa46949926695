import { TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { displayPrices } from "#lib/pricing/display";
import { isPieceUnit, type PriceComponents, type PriceUnit } from "#lib/pricing/units";
import { PriceFigure } from "./price-figure.tsx";

type Props = {
  unit: PriceUnit;
  /** As it is typed: a multiplier, or a price. */
  text: string;
  components: PriceComponents;
  list: string | undefined;
  official: string | undefined;
  isUnreadable: boolean;
  onChange: (text: string) => void;
};

/** A cell of the price editor as a field of a form: a multiplier or a price is typed, what it comes to stands below. */
export function UnitField({ unit, text, components, list, official, isUnreadable, onChange }: Props) {
  const t = useTranslations("ownPrices");
  const units = useTranslations("prices.units");
  const usd = displayPrices(components)[unit];
  return (
    <TextInput
      label={units(unit)}
      inputWrapperOrder={["label", "input", "description", "error"]}
      description={
        <>
          <PriceFigure usd={usd} /> {isPieceUnit(unit) ? "" : "/ 1M"} · {t("listIs")}{" "}
          <PriceFigure usd={list} />
          {official !== undefined && official !== list && (
            <>
              {" · "}
              {t("official")} <PriceFigure usd={official} />
            </>
          )}
        </>
      }
      autoComplete="off"
      spellCheck={false}
      value={text}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      error={isUnreadable ? t("unreadable") : undefined}
    />
  );
}
