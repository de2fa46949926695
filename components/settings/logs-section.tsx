"use client";

import { NumberInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { Section } from "./section.tsx";
import type { SettingsInputs } from "./settings-form.tsx";

/** For how long the rows of calls are kept. */
export function LogsSection({ form }: { form: SettingsInputs }) {
  const t = useTranslations("settings");
  return (
    <Section title={t("logs")} text={t("logsText")}>
      <NumberInput
        label={t("retentionDays")}
        description={t("retentionDaysHelp")}
        min={0}
        max={3650}
        allowDecimal={false}
        allowNegative={false}
        w={200}
        {...form.getInputProps("retentionDays")}
      />
    </Section>
  );
}
