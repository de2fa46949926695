"use client";

import { Group, NumberInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { Section } from "./section.tsx";
import type { SettingsInputs } from "./settings-form.tsx";

const inputs = [
  { name: "threshold", min: 1, max: 100 },
  { name: "learnRequests", min: 1, max: 1_000_000 },
  { name: "learnHours", min: 0, max: 720 },
] as const;

/** From when on unusual use of a key is told. */
export function AbnormalSection({ form }: { form: SettingsInputs }) {
  const t = useTranslations("settings");
  return (
    <Section title={t("abnormal")} text={t("abnormalText")}>
      <Group align="flex-end" gap="md">
        {inputs.map(({ name, min, max }) => (
          <NumberInput
            key={name}
            label={t(name)}
            description={t(`${name}Help`)}
            min={min}
            max={max}
            allowDecimal={false}
            allowNegative={false}
            w={260}
            {...form.getInputProps(name)}
          />
        ))}
      </Group>
    </Section>
  );
}
