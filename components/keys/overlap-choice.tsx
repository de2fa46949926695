"use client";

import { Group, NativeSelect, NumberInput, Radio, Stack, Text } from "@mantine/core";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { type OverlapUnit, overlapUnits, ownOverlapSeconds } from "./own-overlap.ts";

const presets = ["0", "900", "3600", "86400", "604800"] as const;

type Props = {
  /** Seconds; null while what is typed is no overlap. */
  value: number | null;
  onChange: (seconds: number | null) => void;
};

/** When the old secret ends: at once, after one of the usual overlaps, or after a time of one's own up to 30 days. */
export function OverlapChoice({ value, onChange }: Props) {
  const t = useTranslations("keys.rotate");
  const [isOwn, setOwn] = useState(false);
  const [amount, setAmount] = useState<string | number>(2);
  const [unit, setUnit] = useState<OverlapUnit>("hours");
  const chosen = isOwn ? "own" : String(value);
  const own = (nextAmount: string | number, nextUnit: OverlapUnit) => {
    setAmount(nextAmount);
    setUnit(nextUnit);
    onChange(ownOverlapSeconds(nextAmount, nextUnit));
  };
  const choose = (next: string) => {
    setOwn(next === "own");
    if (next === "own") own(amount, unit);
    else onChange(Number(next));
  };
  return (
    <>
      <Radio.Group label={t("step1")} value={chosen} onChange={choose}>
        <Stack gap="xs" mt="xs">
          {presets.map((preset) => (
            <Radio key={preset} value={preset} label={preset === "0" ? t("now") : t(`later.${preset}`)} />
          ))}
          <Radio value="own" label={t("own")} />
        </Stack>
      </Radio.Group>
      {isOwn && (
        <Group mt="xs" ml={30} gap="xs" align="start">
          <NumberInput
            w={110}
            aria-label={t("ownAmount")}
            value={amount}
            min={1}
            allowDecimal={false}
            allowNegative={false}
            error={value === null ? t("ownBad") : null}
            onChange={(next) => own(next, unit)}
          />
          <NativeSelect
            aria-label={t("ownUnit")}
            value={unit}
            onChange={({ currentTarget }) =>
              own(amount, overlapUnits.find((one) => one === currentTarget.value) ?? "hours")
            }
            data={overlapUnits.map((one) => ({ value: one, label: t(`units.${one}`) }))}
          />
        </Group>
      )}
      <Text c="dimmed" mt="md">
        {value === 0 ? t("nowHelp") : t("laterHelp")}
      </Text>
    </>
  );
}
