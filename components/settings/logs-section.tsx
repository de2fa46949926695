"use client";

import { Group, NumberInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { Section } from "./section.tsx";
import type { SettingsInputs } from "./settings-form.tsx";

const inputs = ["retentionDays", "rollupDays", "addressDays"] as const;

/** For how long the rows of calls, the figures of charts and addresses are kept. */
export function LogsSection({ form }: { form: SettingsInputs }) {
  const t = useTranslations("settings");
  return (
    <Section title={t("logs")} text={t("logsText")}>
      <Group align="flex-end" gap="md">
        {inputs.map((name) => (
          <NumberInput
            key={name}
            label={t(name)}
            description={t(`${name}Help`)}
            min={0}
            max={3650}
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
